import type { Address, DealId, ResultDigest, TaskId, UnixSeconds } from '@millrace/base'
import type { Sql } from '@millrace/database'
import { hashTask } from '@millrace/protocol'
import type { TaskRow } from '@millrace/wire'
import { type Page, type PageRequest, pageOf } from './page.ts'

export type TaskFilter = { dealId: DealId; state?: TaskRow['state'] | undefined }

/**
 * Tasks of a deal by ascending index, those without a row (not settled yet, or never) included;
 * `after` is an index. Undefined when there is no such deal.
 */
export async function readDealTasks(
  sql: Sql,
  { dealId, state, after, limit }: TaskFilter & PageRequest,
): Promise<Page<TaskRow> | undefined> {
  const [deal] = await sql.query<Deal>(DEAL, [dealId])
  if (deal === undefined) return undefined
  const rows = await sql.query<Row>(DEAL_TASKS, [
    dealId,
    after === undefined ? 0 : Number(after) + 1,
    deal.volume - 1n,
    state === undefined ? null : state === 'settled',
    // All unsettled tasks of a deal share one state; asking for the other gives none.
    state === undefined || state === 'settled' || state === unsettledState(deal) ? limit + 1 : 0,
  ])
  const page = pageOf(rows, limit, ({ index }) => `${index}`)
  return { ...page, items: page.items.map((row) => toTaskRow(row, { dealId, deal })) }
}

/** One task of a deal by its index, settled or not. */
export async function readDealTask(
  sql: Sql,
  { dealId, index }: { dealId: DealId; index: number },
): Promise<TaskRow | undefined> {
  const page = await readDealTasks(sql, { dealId, after: `${index - 1}`, limit: 1 })
  return page?.items[0]
}

/** A settled task by its id; tasks that are not settled are found by deal and index only. */
export async function readSettledTask(sql: Sql, taskId: TaskId): Promise<TaskRow | undefined> {
  const [found] = await sql.query<{ deal_id: DealId; index: bigint }>(TASK, [taskId])
  if (found === undefined) return undefined
  return readDealTask(sql, { dealId: found.deal_id, index: Number(found.index) })
}

type Deal = { volume: bigint; expired: boolean; pool: Address }
type Row = {
  index: bigint
  task_id: TaskId | null
  digest: ResultDigest
  nonce: bigint
  settled_at: bigint
  cid: string | null
}

const DEAL = 'select volume, expired, pool from deals where deal_id = $1'
const DEAL_TASKS = `
  select s.index, t.task_id, t.digest, t.nonce, t.settled_at, l.cid
  from generate_series($2::bigint, $3::bigint) s(index)
  left join tasks t on t.deal_id = $1 and t.index = s.index
  left join batches b on b.pool = t.pool and b.nonce = t.nonce
  left join locations l on l.digest = b.locations and l.task_id = t.task_id
  where $4::boolean is null or (t.task_id is not null) = $4::boolean
  order by s.index limit $5`
const TASK = 'select deal_id, index from tasks where task_id = $1'

function unsettledState({ expired }: Deal): TaskRow['state'] {
  return expired ? 'expired' : 'open'
}

function toTaskRow(row: Row, { dealId, deal }: { dealId: DealId; deal: Deal }): TaskRow {
  const index = Number(row.index)
  const { task_id: taskId, digest, nonce, settled_at, cid } = row
  if (taskId === null) {
    const state = unsettledState(deal)
    return { taskId: hashTask(dealId, index), dealId, index, state, pool: deal.pool }
  }
  return {
    taskId,
    dealId,
    index,
    state: 'settled',
    digest,
    pool: deal.pool,
    nonce,
    settledAt: Number(settled_at) as UnixSeconds,
    ...(cid === null ? {} : { cid }),
  }
}
