import type { TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/** `VoteType` of OpenZeppelin's GovernorCountingSimple. */
export const VOTE = { against: 0, for: 1, abstain: 2 } as const
export type Vote = keyof typeof VOTE

export type CastVoteParameters = { proposalId: bigint; vote: Vote; reason?: string }

/**
 * Votes with what was delegated to the sender when the vote began.
 *
 * @throws {GovernorAlreadyCastVoteError} `GOVERNOR_ALREADY_CAST_VOTE`
 * @throws {GovernorUnexpectedProposalStateError} `GOVERNOR_UNEXPECTED_PROPOSAL_STATE` outside the vote
 * @see contracts/src/MillraceGovernor.sol castVoteWithReason
 */
export function castVote(
  client: WriteClient,
  { proposalId, vote, reason = '' }: CastVoteParameters,
  options?: SendOptions,
): Promise<TxHash> {
  const args = [proposalId, VOTE[vote], reason] as const
  return writeContract(
    client,
    { contract: 'governor', functionName: 'castVoteWithReason', args },
    options,
  )
}
