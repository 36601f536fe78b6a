import { type OrderHash, toJson } from '@millrace/base'
import { marketDomain, signOrder } from '@millrace/chain'
import {
  hashOrder,
  type OrderByKind,
  type OrderKind,
  type RequestOrder,
  type Signed,
} from '@millrace/protocol'
import { type BookOrder, zBookOrder } from '@millrace/wire'
import { type Client, walletOf } from './client.ts'
import { requestJson } from './http.ts'

export type OrderOf<K extends OrderKind> = Signed<OrderByKind[K]> & { kind: K; hash: OrderHash }
export type SignedRequest = OrderOf<'request'> & Signed<RequestOrder>

/** Signs an order with the client's account. */
export async function createOrder<K extends OrderKind>(
  client: Client,
  kind: K,
  order: OrderByKind[K],
): Promise<OrderOf<K>> {
  const domain = marketDomain(client.chain)
  const signature = await signOrder(walletOf(client).account, kind, order, domain)
  return { kind, order, signature, hash: hashOrder(kind, order, domain) }
}

/** Posts a signed order to the book; posting it again changes nothing. */
export function publishOrder<K extends OrderKind>(
  client: Client,
  { kind, order, signature }: OrderOf<K>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<BookOrder> {
  const body = toJson({ kind, order, signature })
  return requestJson(client, `${client.apiUrl}/orders`, zBookOrder, { body, signal })
}
