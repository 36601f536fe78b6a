import type { OrderHash } from '@millrace/base'
import { readReceipt } from '@millrace/chain'
import type { Client } from './client.ts'
import { listDeals } from './queries.ts'
import type { FollowedDeal } from './settlements.ts'

/** Deals that a request order has led to, whoever matched it. */
export async function findDeals(
  client: Client,
  request: OrderHash,
  { signal }: { signal?: AbortSignal } = {},
): Promise<FollowedDeal[]> {
  const rows = await listDeals(client, { requestHash: request }, { signal })
  return Promise.all(
    rows.map(async ({ dealId, terms, txHash }) => {
      const receipt = await readReceipt(client.chain, txHash, { signal })
      return { dealId, terms, txHash, block: receipt?.blockNumber ?? 0 }
    }),
  )
}
