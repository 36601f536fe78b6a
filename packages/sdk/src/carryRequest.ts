import { type Hex, hexToBytes, type OrderHash } from '@millrace/base'
import { readConsumed } from '@millrace/chain'
import type { RequestOrder } from '@millrace/protocol'
import type { Client } from './client.ts'
import { makeDeal, type OpenedDeal } from './makeDeal.ts'
import { quote, requireMatch } from './quote.ts'

/** A request that a contract has placed; `bag` when it was made on chain too. */
export type PlacedRequest = { requestHash: OrderHash; order: RequestOrder; bag?: Hex | undefined }

/**
 * Matches a request that a contract has placed on chain with the cheapest offers that fit, as its owner would:
 * its bag goes into storage first, if it was made on chain. Undefined when nothing of it is left to match.
 *
 * @throws {NoOfferFitsError} `NO_OFFER_FITS`
 * @throws {InsufficientFreeError} when the contract cannot pay
 */
export async function carryRequest(
  client: Client,
  { requestHash, order, bag }: PlacedRequest,
  { signal }: { signal?: AbortSignal } = {},
): Promise<OpenedDeal | undefined> {
  const options = signal === undefined ? {} : { signal }
  const consumed = await readConsumed(client.chain, requestHash, options)
  if (consumed >= order.volume) return undefined
  // Storage names what it gets by its hash: bytes of another bag would just lie there.
  if (bag !== undefined) await client.storage.put(hexToBytes(bag), options)
  const match = requireMatch(await quote(client, order, options), order)
  // An empty signature stands for an order placed on chain by its requester.
  const request = { kind: 'request', order, hash: requestHash, signature: '0x' } as const
  return makeDeal(client, { request, match }, options)
}
