import { nowSec, type OrderHash, type TxHash } from '@millrace/base'
import { cancelOrder, expireDeal, readDeal, waitForSuccess } from '@millrace/chain'
import type { RequestOrder } from '@millrace/protocol'
import { type Client, walletOf } from './client.ts'
import type { FollowedDeal } from './settlements.ts'

/** Takes a request order out of the market: what is not matched yet never will be. Deals go on. */
export async function cancelRequest(
  client: Client,
  { order }: { request: OrderHash; order: RequestOrder },
  { signal }: { signal?: AbortSignal } = {},
): Promise<TxHash> {
  const wallet = walletOf(client)
  const options = signal === undefined ? {} : { signal }
  const sent = await cancelOrder(wallet, { kind: 'request', order }, options)
  await waitForSuccess(wallet, sent, options)
  return sent
}

/**
 * Closes a deal that ran out of time, so that its unsettled tasks are refunded. Anyone may; `undefined`
 * when it is closed already or its last moment has not passed.
 */
export async function claimRefund(
  client: Client,
  { dealId, terms }: FollowedDeal,
  { signal }: { signal?: AbortSignal } = {},
): Promise<TxHash | undefined> {
  if (nowSec(client.clock) <= terms.expiresAt + terms.settleWindowSec) return undefined
  const { status } = await readDeal(client.chain, dealId)
  if (status !== 'open') return undefined
  const wallet = walletOf(client)
  const options = signal === undefined ? {} : { signal }
  const sent = await expireDeal(wallet, { terms }, options)
  await waitForSuccess(wallet, sent, options)
  return sent
}
