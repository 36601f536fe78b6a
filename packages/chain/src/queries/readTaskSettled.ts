import type { DealId } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** True once the task at `index` of the deal is settled. */
export function readTaskSettled(
  client: ReadClient,
  { dealId, index }: { dealId: DealId; index: number },
  options?: QueryOptions,
): Promise<boolean> {
  return readContract(
    client,
    { contract: 'market', functionName: 'isSettled', args: [dealId, index] },
    options,
  )
}
