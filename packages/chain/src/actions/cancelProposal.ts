import type { TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import { operationOf, type Proposed } from '../governance/proposal.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/**
 * Takes a proposal back. Only its proposer, until the vote begins.
 *
 * @throws {GovernorUnexpectedProposalStateError} `GOVERNOR_UNEXPECTED_PROPOSAL_STATE`
 * @see contracts/src/MillraceGovernor.sol cancel
 */
export function cancelProposal(
  client: WriteClient,
  proposed: Proposed,
  options?: SendOptions,
): Promise<TxHash> {
  const args = operationOf(proposed)
  return writeContract(client, { contract: 'governor', functionName: 'cancel', args }, options)
}
