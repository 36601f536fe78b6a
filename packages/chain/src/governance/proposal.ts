import type { Address, Hex } from '@millrace/base'
import { encodeAbiParameters, keccak256, stringToHex } from 'viem'

/** A call that the timelock makes if a proposal passes. */
export type ProposedCall = { to: Address; value: bigint; data: Hex }

/** What is put to the vote: the calls, in this order and all or none, and why. */
export type Proposed = { calls: readonly ProposedCall[]; description: string }

/** `ProposalState` of OpenZeppelin's IGovernor, in its order. */
export const PROPOSAL_STATES = [
  'pending',
  'active',
  'cancelled',
  'defeated',
  'succeeded',
  'queued',
  'expired',
  'executed',
] as const
export type ProposalState = (typeof PROPOSAL_STATES)[number]

/** The id that `Governor.hashProposal` gives. Equal calls with an equal description are one proposal. */
export function proposalIdOf(proposed: Proposed): bigint {
  const [targets, values, calldatas, descriptionHash] = operationOf(proposed)
  const encoded = encodeAbiParameters(
    [{ type: 'address[]' }, { type: 'uint256[]' }, { type: 'bytes[]' }, { type: 'bytes32' }],
    [targets, values, calldatas, descriptionHash],
  )
  return BigInt(keccak256(encoded))
}

/** Arguments of `queue`, `execute` and `cancel`. */
export function operationOf({
  calls,
  description,
}: Proposed): [targets: Address[], values: bigint[], calldatas: Hex[], descriptionHash: Hex] {
  return [
    calls.map(({ to }) => to),
    calls.map(({ value }) => value),
    calls.map(({ data }) => data),
    keccak256(stringToHex(description)),
  ]
}
