import type { OrderHash } from '@millrace/base'
import { readReceipt } from '@millrace/chain'
import type { Client } from './client.ts'
import { getOrder, listDeals } from './queries.ts'
import type { FollowedDeal } from './settlements.ts'

/** Deals that a request order has led to, whoever matched it. */
export async function findDeals(
  client: Client,
  request: OrderHash,
  { signal }: { signal?: AbortSignal } = {},
): Promise<FollowedDeal[]> {
  const { signer } = await getOrder(client, request, { signal })
  const rows = await listDeals(client, { requester: signer }, { signal })
  const own = rows.filter(({ terms }) => terms.requestHash === request)
  return Promise.all(
    own.map(async ({ dealId, terms, txHash }) => {
      const receipt = await readReceipt(client.chain, txHash, { signal })
      return { dealId, terms, txHash, block: receipt?.blockNumber ?? 0 }
    }),
  )
}
