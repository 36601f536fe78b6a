import type { Address, OrderHash, UnixSeconds } from '@millrace/base'
import { toJson } from '@millrace/base'
import type { Database, Sql } from '@millrace/database'
import {
  createFilter,
  type Page,
  type PageRequest,
  pageOf,
  writeAnnouncements,
} from '@millrace/indexer/schema'
import type { OrderKind } from '@millrace/protocol'
import { type BookOrder, type SignedOrder, zSignedOrder } from '@millrace/wire'
import type { OrderFacts } from './orderFacts.ts'

export type BookFilter = {
  kind?: OrderKind | undefined
  app?: Address | undefined
  dataset?: Address | undefined
  pool?: Address | undefined
  requester?: Address | undefined
  open?: boolean | undefined
}

/** Newest first. */
export async function readOrders(
  sql: Sql,
  { kind, app, dataset, pool, requester, open, after, limit }: BookFilter & PageRequest,
  nowSec: UnixSeconds,
): Promise<Page<BookOrder>> {
  const filter = createFilter()
  filter.where('o.kind = ?', kind)
  filter.where('o.app = ?', app)
  filter.where('o.dataset = ?', dataset)
  filter.where('o.pool = ?', pool)
  filter.where('o.requester = ?', requester)
  filter.where(`(${IS_OPEN.replace('$now', filter.place(nowSec))}) = ?`, open)
  filter.where('o.id < ?', after)
  const rows = await sql.query<Row>(
    `${SELECT} ${filter.clause()} order by o.id desc limit ${filter.place(limit + 1)}`,
    filter.values,
  )
  const page = pageOf(rows, limit, ({ id }) => `${id}`)
  return { ...page, items: page.items.map((row) => toBookOrder(row, nowSec)) }
}

export async function readOrder(
  sql: Sql,
  hash: OrderHash,
  nowSec: UnixSeconds,
): Promise<BookOrder | undefined> {
  const [row] = await sql.query<Row>(`${SELECT} where o.order_hash = $1`, [hash])
  return row === undefined ? undefined : toBookOrder(row, nowSec)
}

/** What the chain says of an order, in the book or not. */
export type OrderState = {
  consumed: bigint
  busyUntilMs: number
  cancelled: boolean
  placedBy: Address | undefined
}

export async function readOrderState(sql: Sql, hash: OrderHash): Promise<OrderState> {
  const [row] = await sql.query<{
    consumed: bigint
    busy_until_ms: bigint
    cancelled: boolean
    placed_by: Address | null
  }>(
    'select consumed, busy_until_ms, cancelled, placed_by from order_states where order_hash = $1',
    [hash],
  )
  return {
    consumed: row?.consumed ?? 0n,
    busyUntilMs: Number(row?.busy_until_ms ?? 0n),
    cancelled: row?.cancelled ?? false,
    placedBy: row?.placed_by ?? undefined,
  }
}

/** Open orders of one signer, counted up to a limit. */
export async function countOpenOrders(
  sql: Sql,
  { signer, nowSec }: { signer: Address; nowSec: UnixSeconds },
): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `select count(*) as count from book_orders o left join order_states s using (order_hash)
     where o.signer = $1 and ${IS_OPEN.replace('$now', '$2')}`,
    [signer, nowSec],
  )
  return Number(row?.count ?? 0n)
}

/** An order that passed all checks. */
export type NewOrder = {
  signed: SignedOrder
  facts: OrderFacts
  signer: Address
  postedAt: UnixSeconds
  consumed: bigint
  busyUntilMs: number
}

/** A new order as the book lists it from now on. */
export function toNewOrder({ signed, facts, signer, ...rest }: NewOrder): BookOrder {
  const { postedAt, consumed, busyUntilMs } = rest
  const remaining = facts.volume - consumed
  return { hash: facts.hash, signed, signer, remaining, busyUntilMs, state: 'open', postedAt }
}

/** Puts an order into the book and announces it; false when it is there already. */
export async function insertOrder(database: Database, order: NewOrder): Promise<boolean> {
  const { signed, facts, signer, postedAt } = order
  return await database.transaction(async (sql) => {
    const inserted = await sql.execute(INSERT, [
      facts.hash,
      facts.kind,
      signer,
      facts.app ?? null,
      facts.dataset ?? null,
      facts.pool ?? null,
      facts.requester ?? null,
      facts.price,
      facts.volume,
      facts.expiresAt,
      toJson(signed),
      postedAt,
    ])
    if (inserted === 0) return false
    const notice = { kind: 'order', hash: facts.hash, order: facts.kind } as const
    await writeAnnouncements(sql, { notices: [notice] })
    return true
  })
}

/** Lowest price of an open order for each of these assets. */
export async function readBestPrices(
  sql: Sql,
  { kind, assets, nowSec }: BestPricesParameters,
): Promise<Map<Address, bigint>> {
  const rows = await sql.query<{ asset: Address; price: bigint }>(
    `select o.${kind} as asset, min(o.price) as price
     from book_orders o left join order_states s using (order_hash)
     where o.kind = $1 and o.${kind} = any($2) and ${IS_OPEN.replace('$now', '$3')}
     group by o.${kind}`,
    [kind, assets, nowSec],
  )
  return new Map(rows.map(({ asset, price }) => [asset, price]))
}
type BestPricesParameters = {
  kind: Exclude<OrderKind, 'request'>
  assets: readonly Address[]
  nowSec: UnixSeconds
}

export type Row = {
  id: bigint
  order_hash: OrderHash
  signer: Address
  volume: bigint
  expires_at: bigint
  signed: unknown
  posted_at: bigint
  consumed: bigint
  busy_until_ms: bigint
  cancelled: boolean
}

/** Condition on `book_orders o` and `order_states s`; `$now` is replaced by a parameter. */
export const IS_OPEN = `o.expires_at >= $now and not coalesce(s.cancelled, false)
  and coalesce(s.consumed, 0) < o.volume`
export const SELECT = `
  select o.id, o.order_hash, o.signer, o.volume, o.expires_at, o.signed, o.posted_at,
    coalesce(s.consumed, 0) as consumed, coalesce(s.busy_until_ms, 0) as busy_until_ms,
    coalesce(s.cancelled, false) as cancelled
  from book_orders o left join order_states s using (order_hash)`
const INSERT = `
  insert into book_orders (order_hash, kind, signer, app, dataset, pool, requester, price, volume,
    expires_at, signed, posted_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  on conflict (order_hash) do nothing`

export function toBookOrder(row: Row, nowSec: UnixSeconds): BookOrder {
  const left = row.cancelled || row.consumed >= row.volume ? 0n : row.volume - row.consumed
  return {
    hash: row.order_hash,
    signed: zSignedOrder.parse(row.signed),
    signer: row.signer,
    remaining: left,
    busyUntilMs: Number(row.busy_until_ms),
    state: stateOf(row, left, nowSec),
    postedAt: Number(row.posted_at) as UnixSeconds,
  }
}

function stateOf(
  { cancelled, expires_at }: Row,
  remaining: bigint,
  nowSec: UnixSeconds,
): BookOrder['state'] {
  if (cancelled) return 'cancelled'
  if (remaining === 0n) return 'filled'
  return Number(expires_at) < nowSec ? 'expired' : 'open'
}
