import type { AbiParameterToPrimitiveType } from 'viem'
import { expectTypeOf, it } from 'vitest'
import type { ABIS, ContractName } from '../client/contracts.ts'
import type { ChainEventArgs, ChainEventName } from './chainEvent.ts'

type AbiEvents = Extract<(typeof ABIS)[ContractName][number], { type: 'event' }>
/** Events of the standards our contracts follow, which repeat what our own ones say. */
type Standard =
  | 'Transfer'
  | 'Approval'
  | 'ApprovalForAll'
  | 'EIP712DomainChanged'
  | 'DelegateChanged'
  | 'DelegateVotesChanged'
type Own = Exclude<AbiEvents, { name: Standard }>

/** What viem decodes from an event of this name, without our brands. */
type Decoded<N extends Own['name']> = {
  [P in Extract<Own, { name: N }>['inputs'][number] as P['name']]: AbiParameterToPrimitiveType<P>
}
type Wrong = {
  [N in Own['name']]: N extends ChainEventName
    ? ChainEventArgs[N] extends Decoded<N>
      ? keyof Decoded<N> extends keyof ChainEventArgs[N]
        ? never
        : N
      : N
    : N
}[Own['name']]

it('has the arguments of every event in the ABIs', () => {
  expectTypeOf<Wrong>().toEqualTypeOf<never>()
})

it('has no event that is not in the ABIs', () => {
  expectTypeOf<Exclude<ChainEventName, Own['name']>>().toEqualTypeOf<'AssetTransferred'>()
})
