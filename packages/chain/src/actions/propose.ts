import type { TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import { operationOf, type Proposed, proposalIdOf } from '../governance/proposal.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type ProposeResult = { proposalId: bigint; txHash: TxHash }

/**
 * Puts calls to the vote. Needs as many votes as the governor's threshold, held a second before.
 *
 * @throws {GovernorInsufficientProposerVotesError} `GOVERNOR_INSUFFICIENT_PROPOSER_VOTES`
 * @throws {GovernorUnexpectedProposalStateError} `GOVERNOR_UNEXPECTED_PROPOSAL_STATE` when it was proposed before
 * @see contracts/src/MillraceGovernor.sol propose
 */
export async function propose(
  client: WriteClient,
  proposed: Proposed,
  options?: SendOptions,
): Promise<ProposeResult> {
  const [targets, values, calldatas] = operationOf(proposed)
  const args = [targets, values, calldatas, proposed.description] as const
  const call = { contract: 'governor', functionName: 'propose', args } as const
  return {
    proposalId: proposalIdOf(proposed),
    txHash: await writeContract(client, call, options),
  }
}
