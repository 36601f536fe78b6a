import { proposeGovernor } from '../actions/proposeGovernor.ts'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { readGovernance } from '../queries/readGovernance.ts'
import { waitForSuccess } from '../receipts/waitForReceipt.ts'
import { acceptGovernorCall } from './encodeCall.ts'
import { passProposal } from './passProposal.ts'

/**
 * Ends the rule of the key that deployed the parameters: offers the governor's place to the timelock, which accepts it
 * by a proposal that the sender's votes carry. Nothing happens where the timelock governs already.
 *
 * @throws {NotGovernorError} `NOT_GOVERNOR` when the sender is not the governor
 * @throws {ProposalLostError} `PROPOSAL_LOST` when others vote it down
 */
export async function handOverParameters(
  client: WriteClient,
  options: SendOptions = {},
): Promise<void> {
  const { timelock } = client.contracts
  const { parametersGovernor } = await readGovernance(client)
  if (parametersGovernor === timelock) return
  await waitForSuccess(client, await proposeGovernor(client, { governor: timelock }, options))
  const calls = [acceptGovernorCall(client.contracts)]
  await passProposal(client, { calls, description: HAND_OVER }, options)
}

const HAND_OVER = 'The timelock becomes the governor of parameters and catalogue.'
