import type { Address } from '@millrace/base'
import type { Sql } from '@millrace/database'

/** A deal of a pool that is over. */
export type EndedDeal = {
  app: Address
  volume: number
  /** Tasks that settled, not later than promised. */
  inTime: number
  /** From its match to its last settlement, or to its deadline if it ended short; undefined without either. */
  tookSec: number | undefined
}

/** What the chain saw of a pool lately. */
export type PoolRecord = {
  /** Newest first. */
  deals: EndedDeal[]
  /** Votes of its workers that met another's: those that were right, and those that were not. */
  rightVotes: number
  wrongVotes: number
}

const MAX_DEALS = 50
const MAX_BATCHES = 200

/** Records of pools by their latest deals and batches; one without any has none. */
export async function readPoolRecords(
  sql: Sql,
  pools: readonly Address[],
): Promise<ReadonlyMap<Address, PoolRecord>> {
  const [deals, votes] = await Promise.all([
    sql.query<DealRecord>(DEALS, [pools]),
    sql.query<VoteRecord>(VOTES, [pools]),
  ])
  const records = new Map<Address, PoolRecord>()
  for (const { pool, right_votes, wrong_votes } of votes)
    records.set(pool, {
      deals: [],
      rightVotes: Number(right_votes),
      wrongVotes: Number(wrong_votes),
    })
  for (const row of deals) records.get(row.pool)?.deals.push(toEndedDeal(row))
  return records
}

type DealRecord = {
  pool: Address
  app: Address
  volume: bigint
  in_time: bigint
  took: bigint | null
}
type VoteRecord = { pool: Address; right_votes: bigint; wrong_votes: bigint }

function toEndedDeal({ app, volume, in_time, took }: DealRecord): EndedDeal {
  return {
    app,
    volume: Number(volume),
    inTime: Number(in_time),
    tookSec: took === null ? undefined : Number(took),
  }
}

// The last batch tells when a deal ended: there are far fewer batches than tasks.
const DEALS = `
  select d.* from unnest($1::text[]) as p(pool) cross join lateral (
    select pool, app, volume, settled - late as in_time, position, (case
      when expired then (terms ->> 'expiresAt')::bigint
      else (select max(b.settled_at) from batch_deals bd join batches b using (pool, nonce)
        where bd.deal_id = deals.deal_id)
      end) - opened_at as took
    from deals where pool = p.pool and (expired or settled + spoiled = volume)
    order by position desc limit ${MAX_DEALS}) d
  order by d.position desc`

const VOTES = `
  select p.pool, coalesce(sum(w.passed), 0)::bigint as right_votes,
    coalesce(sum(w.faults), 0)::bigint as wrong_votes
  from unnest($1::text[]) as p(pool) left join lateral (
    select nonce from batches where pool = p.pool order by nonce desc limit ${MAX_BATCHES}
  ) b on true left join batch_workers w on w.pool = p.pool and w.nonce = b.nonce
  group by p.pool`
