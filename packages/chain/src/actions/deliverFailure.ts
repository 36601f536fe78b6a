import type { TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import type { DeliveryTask } from './deliverResult.ts'
import { writeContract } from './writeContract.ts'

/**
 * Tells a contract that a task of it will never settle; anyone may, once its deal has ended.
 *
 * @throws {DealStillOpenError} `DEAL_STILL_OPEN`
 * @throws {TaskHasSettledError} `TASK_HAS_SETTLED`
 * @throws {AlreadyDeliveredError} `ALREADY_DELIVERED`
 * @see contracts/src/interfaces/IDeliveries.sol deliverFailure
 */
export function deliverFailure(
  client: WriteClient,
  task: DeliveryTask,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'deliveries', functionName: 'deliverFailure', args: [task] },
    options,
  )
}
