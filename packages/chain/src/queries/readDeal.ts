import type { DealId } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

const STATUS = ['none', 'open', 'closed'] as const
export type DealStatus = (typeof STATUS)[number]

/** What changes of a deal; its terms are in event `OrdersMatched`. */
export type Deal = {
  /** `none`: there is no such deal. */
  status: DealStatus
  /** Tasks settled so far. */
  settled: number
}

/** @see contracts/src/interfaces/IMarket.sol dealOf */
export async function readDeal(
  client: ReadClient,
  dealId: DealId,
  options?: QueryOptions,
): Promise<Deal> {
  const [status, settled] = await readContract(
    client,
    { contract: 'market', functionName: 'dealOf', args: [dealId] },
    options,
  )
  return { status: STATUS[status] ?? 'none', settled }
}
