import type { Address, TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type ProposeGovernorParameters = { governor: Address }

/**
 * Offers the governor's place at the parameters; it changes hands when the other one accepts.
 *
 * @throws {NotGovernorError} `NOT_GOVERNOR`
 * @see contracts/src/interfaces/IParameters.sol proposeGovernor
 */
export function proposeGovernor(
  client: WriteClient,
  { governor }: ProposeGovernorParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'parameters', functionName: 'proposeGovernor', args: [governor] },
    options,
  )
}
