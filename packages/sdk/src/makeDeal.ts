import type { DealId, TxHash } from '@millrace/base'
import { dealsOfReceipt, matchOrders, waitForReceipt } from '@millrace/chain'
import type { AppOrder, DatasetOrder, DealTerms, PoolOrder, Signed } from '@millrace/protocol'
import type { BookOrder } from '@millrace/wire'
import { type Client, walletOf } from './client.ts'
import type { SignedRequest } from './createOrder.ts'
import { MatchFailedError } from './errors.ts'
import type { Match } from './quote.ts'

/** A deal as the chain opened it. */
export type OpenedDeal = {
  dealId: DealId
  terms: DealTerms
  txHash: TxHash
  /** Block of the match: nothing of the deal happened before it. */
  block: number
}

/**
 * Matches a signed request with the quoted orders and waits until the deal is on chain. It may have
 * fewer tasks than the request: match the rest again, the same order serves until it is used up.
 *
 * @throws {InsufficientFreeError} and whatever else the contract objects to; nothing is spent then.
 */
export async function makeDeal(
  client: Client,
  { request, match }: { request: SignedRequest; match: Match },
  { signal }: { signal?: AbortSignal } = {},
): Promise<OpenedDeal> {
  const wallet = walletOf(client)
  const options = signal === undefined ? {} : { signal }
  const sent = await matchOrders(
    wallet,
    {
      app: signedOf<AppOrder>(match.app),
      ...(match.dataset === undefined ? {} : { dataset: signedOf<DatasetOrder>(match.dataset) }),
      pool: signedOf<PoolOrder>(match.pool),
      request: { order: request.order, signature: request.signature, ad: request.ad },
    },
    options,
  )
  const receipt = await waitForReceipt(wallet, sent, options)
  const [opened] = dealsOfReceipt(receipt)
  if (opened === undefined) throw new MatchFailedError({ txHash: receipt.txHash })
  return {
    dealId: opened.dealId,
    terms: opened.terms,
    txHash: receipt.txHash,
    block: receipt.blockNumber,
  }
}

/** The answer of POST /match names each order's kind by its place. */
function signedOf<O>({ signed }: BookOrder): Signed<O> {
  const ad = 'ad' in signed ? signed.ad : undefined
  return { order: signed.order as unknown as O, signature: signed.signature, ad }
}
