import type { TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { type OwnPartParameters, ownPartArgs } from './forceReveal.ts'
import { writeContract } from './writeContract.ts'

/**
 * Pays a worker out of its pool's stake for a batch that was committed and not settled in its window.
 * The worker must have revealed on chain and shown its place.
 *
 * @throws {NotDroppedError} `NOT_DROPPED`
 * @throws {SettleWindowOpenError} `SETTLE_WINDOW_OPEN`
 * @throws {NotRevealedError} `NOT_REVEALED`
 * @throws {NothingToClaimError} `NOTHING_TO_CLAIM`
 * @see contracts/src/interfaces/IClaims.sol forfeit
 */
export function forfeit(
  client: WriteClient,
  part: OwnPartParameters,
  options?: SendOptions,
): Promise<TxHash> {
  const args = ownPartArgs(part)
  return writeContract(client, { contract: 'claims', functionName: 'forfeit', args }, options)
}
