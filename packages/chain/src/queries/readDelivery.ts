import { type DealId, type Hex32, ZERO_HEX32 } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** `pending`: hash of a result whose callback failed, for `retry`. */
export type DeliveryState = { isDelivered: boolean; pending: Hex32 | undefined }

/** How far the delivery of a task has come. */
export async function readDelivery(
  client: ReadClient,
  { dealId, index }: { dealId: DealId; index: number },
  options?: QueryOptions,
): Promise<DeliveryState> {
  const args = [dealId, index] as const
  const [isDelivered, pending] = await Promise.all([
    readContract(client, { contract: 'deliveries', functionName: 'isDelivered', args }, options),
    readContract(client, { contract: 'deliveries', functionName: 'pendingOf', args }, options),
  ])
  return { isDelivered, pending: pending === ZERO_HEX32 ? undefined : (pending as Hex32) }
}
