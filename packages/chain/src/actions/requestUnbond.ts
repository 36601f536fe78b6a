import type { TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/**
 * Starts leaving: from now on the sender cannot vote, and after a delay it may {@link unbond}.
 *
 * @throws {NoBondError} `NO_BOND`
 * @see contracts/src/interfaces/IStanding.sol requestUnbond
 */
export function requestUnbond(
  client: WriteClient,
  _: Record<never, never> = {},
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'standing', functionName: 'requestUnbond', args: [] },
    options,
  )
}
