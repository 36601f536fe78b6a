import type { TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import { operationOf, type Proposed } from '../governance/proposal.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/**
 * Puts what a vote decided into the timelock's queue. Open to anyone.
 *
 * @throws {GovernorUnexpectedProposalStateError} `GOVERNOR_UNEXPECTED_PROPOSAL_STATE`
 * @see contracts/src/MillraceGovernor.sol queue
 */
export function queueProposal(
  client: WriteClient,
  proposed: Proposed,
  options?: SendOptions,
): Promise<TxHash> {
  const args = operationOf(proposed)
  return writeContract(client, { contract: 'governor', functionName: 'queue', args }, options)
}
