import { type Hex, type OrderHash, toJson } from '@millrace/base'
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

/**
 * Signs an order with the client's account.
 *
 * @param ad - Compiled ad of a pool's or requester's order that names it by its hash.
 */
export async function createOrder<K extends OrderKind>(
  client: Client,
  kind: K,
  order: OrderByKind[K],
  ad?: Hex,
): Promise<OrderOf<K>> {
  const domain = marketDomain(client.chain)
  const signature = await signOrder(walletOf(client).account, kind, order, domain)
  const hash = hashOrder(kind, order, domain)
  return { kind, order, signature, hash, ...(ad === undefined ? {} : { ad }) }
}

/** Posts a signed order to the book; posting it again changes nothing. */
export function publishOrder<K extends OrderKind>(
  client: Client,
  { kind, order, signature, ad }: OrderOf<K>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<BookOrder> {
  const body = toJson({ kind, order, signature, ...(ad === undefined ? {} : { ad }) })
  return requestJson(client, `${client.apiUrl}/orders`, zBookOrder, { body, signal })
}
