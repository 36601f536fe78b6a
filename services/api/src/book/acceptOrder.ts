import type { Address, Clock, UnixSeconds } from '@millrace/base'
import { nowSec } from '@millrace/base'
import {
  BadSignatureError,
  marketDomain,
  OrderConsumedError,
  type ReadClient,
  readAsset,
  UnknownAssetError,
  verifySignature,
  WrongKindError,
} from '@millrace/chain'
import type { Database } from '@millrace/database'
import { orderTypedData } from '@millrace/protocol'
import type { BookOrder, SignedOrder } from '@millrace/wire'
import { OrderCancelledError, TooManyOrdersError } from '../errors.ts'
import {
  countOpenOrders,
  insertOrder,
  type OrderState,
  readOrder,
  readOrderState,
  toNewOrder,
} from './bookTable.ts'
import { checkAd, checkLife, checkNumbers } from './checkOrder.ts'
import { factsOf, type OrderFacts } from './orderFacts.ts'

export type AcceptDeps = { client: ReadClient; database: Database; clock: Clock }
export type Accepted = { order: BookOrder; isNew: boolean }

/** More open orders than this from one signer are noise. */
const MAX_OPEN_ORDERS = 1000

/**
 * Takes an order into the book if the market would take it: sane numbers, not expired, used up or
 * cancelled, signed by the owner of what it offers (or placed by it on chain). The same order again
 * gives the same answer and changes nothing.
 *
 * @throws {InvalidInputError} `INVALID_INPUT`
 * @throws {OrderExpiredError} `ORDER_EXPIRED` {@link WrongAdError} `WRONG_AD`
 * @throws {UnknownAssetError} `UNKNOWN_ASSET` {@link WrongKindError} `WRONG_KIND`
 * @throws {BadSignatureError} `BAD_SIGNATURE`
 * @throws {OrderConsumedError} `ORDER_CONSUMED` {@link OrderCancelledError} `ORDER_CANCELLED`
 * @throws {TooManyOrdersError} `TOO_MANY_ORDERS`
 */
export async function acceptOrder(deps: AcceptDeps, signed: SignedOrder): Promise<Accepted> {
  const { client, database, clock } = deps
  const at = nowSec(clock)
  // Before the hash: a number that does not fit its type has none.
  checkNumbers(signed)
  checkAd(signed)
  const facts = factsOf(signed, marketDomain(client))
  const known = await readOrder(database, facts.hash, at)
  if (known !== undefined) return { order: known, isNew: false }
  checkLife(facts, at)
  // Nothing here depends on the others but by the signer, and a run waits for it: ask at once.
  const [signer, state] = await Promise.all([
    readSigner(client, facts),
    readOrderState(database, facts.hash),
  ])
  checkState(facts, state)
  await Promise.all([
    checkSignature(client, { signed, facts, signer, placedBy: state.placedBy }),
    checkCrowd(database, { signer, at }),
  ])
  const { consumed, busyUntilMs } = state
  const order = { signed, facts, signer, postedAt: at, consumed, busyUntilMs }
  return { order: toNewOrder(order), isNew: await insertOrder(database, order) }
}

/** Who must have signed. Read from the chain: assets change hands, and the index may be behind. */
async function readSigner(client: ReadClient, facts: OrderFacts): Promise<Address> {
  const { kind, asset, requester } = facts
  if (asset === undefined) return requester as Address
  const found = await readAsset(client, asset)
  if (found === undefined) throw new UnknownAssetError({ asset })
  if (found.kind !== kind)
    throw new WrongKindError({
      asset,
      kind: KIND_NUMBERS[found.kind],
      expected: KIND_NUMBERS[kind],
    })
  return found.owner
}

// `enum AssetKind` of contracts/src/types/Assets.sol; a request offers no asset.
const KIND_NUMBERS = { app: 1, dataset: 2, pool: 3, request: 0 }

function checkState({ hash, volume }: OrderFacts, { consumed, cancelled }: OrderState): void {
  if (cancelled) throw new OrderCancelledError({ orderHash: hash })
  if (consumed >= volume) throw new OrderConsumedError({ orderHash: hash, volume })
}

type Candidate = {
  signed: SignedOrder
  facts: OrderFacts
  signer: Address
  placedBy: Address | undefined
}

async function checkSignature(
  client: ReadClient,
  { signed, facts, signer, placedBy }: Candidate,
): Promise<void> {
  if (placedBy === signer) return
  const { kind, order, signature } = signed
  const data = orderTypedData(kind, order, marketDomain(client))
  if (await verifySignature(client, { signer, data, signature })) return
  throw new BadSignatureError({ orderHash: facts.hash, signer })
}

async function checkCrowd(
  database: Database,
  { signer, at }: { signer: Address; at: UnixSeconds },
): Promise<void> {
  const open = await countOpenOrders(database, { signer, nowSec: at })
  if (open >= MAX_OPEN_ORDERS) throw new TooManyOrdersError({ signer, max: MAX_OPEN_ORDERS })
}
