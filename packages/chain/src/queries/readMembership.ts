import type { Address, Hex } from '@millrace/base'
import { encodeFunctionData } from 'viem'
import type { ReadClient } from '../client/readClient.ts'
import type { QueryOptions } from './readContract.ts'
import { answerOf } from './verifySignature.ts'

/**
 * Whether the group contract at `group` admits `who`; false where no such contract lives.
 *
 * @see contracts/src/types/Orders.sol on `only...`
 */
export async function readMembership(
  client: ReadClient,
  { group, who }: { group: Address; who: Address },
  { signal }: QueryOptions = {},
): Promise<boolean> {
  const data = encodeFunctionData({ abi: GROUP_ABI, args: [who] })
  const answer = await answerOf(
    client.rpc<Hex>('eth_call', [{ to: group, data }, 'latest'], { signal }),
  )
  return answer !== undefined && /^0x0{63}1$/.test(answer)
}

const GROUP_ABI = [
  {
    type: 'function',
    name: 'isMember',
    stateMutability: 'view',
    inputs: [{ name: 'who', type: 'address' }],
    outputs: [{ name: '', type: 'bool' }],
  },
] as const
