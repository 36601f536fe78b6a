import type { Address, DealId, Hex32, TxHash } from '@millrace/base'
import { wei } from '@millrace/base'
import type { Sql } from '@millrace/database'
import { type DealRow, zDealTerms } from '@millrace/wire'
import { createFilter, type Page, type PageRequest, pageOf } from './page.ts'

export type DealFilter = {
  requester?: Address | undefined
  pool?: Address | undefined
  app?: Address | undefined
  requestHash?: Hex32 | undefined
  state?: DealRow['state'] | undefined
}

/** Newest first. */
export async function readDeals(
  sql: Sql,
  { requester, pool, app, requestHash, state, after, limit }: DealFilter & PageRequest,
): Promise<Page<DealRow>> {
  const filter = createFilter()
  filter.where('d.requester = ?', requester)
  filter.where('d.pool = ?', pool)
  filter.where('d.app = ?', app)
  filter.where('d.request_hash = ?', requestHash)
  filter.where('d.position < ?', after)
  // The state of a deal is a function of its row; see stateOf.
  filter.where(
    `case when d.settled + d.spoiled = d.volume and not d.expired then 'done' when d.expired then 'expired' else 'open' end = ?`,
    state,
  )
  const rows = await sql.query<Row>(
    `${SELECT} ${filter.clause()} order by d.position desc limit ${filter.place(limit + 1)}`,
    filter.values,
  )
  const page = pageOf(rows, limit, ({ position }) => `${position}`)
  return { ...page, items: page.items.map(toDealRow) }
}

export async function readDeal(sql: Sql, dealId: DealId): Promise<DealRow | undefined> {
  const [row] = await sql.query<Row>(`${SELECT} where d.deal_id = $1`, [dealId])
  return row === undefined ? undefined : toDealRow(row)
}

type Row = {
  deal_id: DealId
  terms: unknown
  volume: bigint
  settled: bigint
  expired: boolean
  spoiled: bigint
  late: bigint
  late_refunded: bigint
  breached: boolean
  cost_per_task: bigint
  refunded: bigint
  compensation: bigint
  match_tx: TxHash
  gas: bigint
  position: bigint
}

// A batch may serve several deals: each bears gas by its tasks, rounded up.
const SELECT = `
  select d.deal_id, d.terms, d.volume, d.settled, d.expired, d.spoiled, d.late, d.late_refunded,
    d.breached, d.cost_per_task, d.refunded, d.compensation, d.match_tx, d.position, d.match_gas + coalesce((
      select sum(ceil(b.gas * bd.tasks / greatest(b.tasks, 1)))
      from batch_deals bd join batches b using (pool, nonce)
      where bd.deal_id = d.deal_id), 0) as gas
  from deals d`

function toDealRow(row: Row): DealRow {
  return {
    dealId: row.deal_id,
    terms: zDealTerms.parse(row.terms),
    state: stateOf(row),
    settled: Number(row.settled),
    spoiled: Number(row.spoiled),
    late: Number(row.late),
    isBreached: row.breached,
    paid: wei(row.settled * row.cost_per_task - row.late_refunded),
    refunded: wei(row.refunded + row.late_refunded),
    compensation: wei(row.compensation),
    txHash: row.match_tx,
    gas: row.gas,
  }
}

function stateOf({ settled, spoiled, volume, expired }: Row): DealRow['state'] {
  if (expired) return 'expired'
  return settled + spoiled === volume ? 'done' : 'open'
}
