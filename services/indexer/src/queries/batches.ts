import type { Address, Hex32, TxHash, UnixSeconds, Wei } from '@millrace/base'
import { ZERO_HEX32 } from '@millrace/base'
import type { Sql } from '@millrace/database'
import type { BatchRow } from '@millrace/wire'
import { createFilter, type Page, type PageRequest, pageOf } from './page.ts'

/** What tells a batch that is late from one that is merely committed. */
export type BatchTimes = { nowSec: UnixSeconds; settleWindowSec: number }

/** The one changed last comes first. */
export async function readBatches(
  sql: Sql,
  { pool, after, limit, ...times }: { pool?: Address | undefined } & PageRequest & BatchTimes,
): Promise<Page<BatchRow>> {
  const filter = createFilter()
  filter.where('b.pool = ?', pool)
  filter.where('b.position < ?', after)
  const rows = await sql.query<Row>(
    `${SELECT} ${filter.clause()} order by b.position desc limit ${filter.place(limit + 1)}`,
    filter.values,
  )
  const page = pageOf(rows, limit, ({ position }) => `${position}`)
  return { ...page, items: page.items.map((row) => toBatchRow(row, times)) }
}

export async function readBatch(
  sql: Sql,
  { pool, nonce, ...times }: { pool: Address; nonce: bigint } & BatchTimes,
): Promise<BatchRow | undefined> {
  const [row] = await sql.query<Row>(`${SELECT} where b.pool = $1 and b.nonce = $2`, [pool, nonce])
  return row === undefined ? undefined : toBatchRow(row, times)
}

type Row = {
  pool: Address
  nonce: bigint
  root: Hex32 | null
  result_root: Hex32 | null
  locations: Hex32 | null
  tasks: bigint
  committed_at: bigint | null
  settled_at: bigint | null
  commit_tx: TxHash | null
  settle_tx: TxHash | null
  gas: bigint
  position: bigint
  workers: WorkerPart[]
}
type WorkerPart = { worker: Address; reward: string; tasks: number; passed: number; faults: number }

// Rewards travel as text: JSON numbers of this size would lose digits.
const SELECT = `
  select b.*, coalesce((
    select jsonb_agg(jsonb_build_object('worker', w.worker, 'reward', w.reward::text,
      'tasks', w.tasks, 'passed', w.passed, 'faults', w.faults) order by w.worker)
    from batch_workers w where w.pool = b.pool and w.nonce = b.nonce), '[]') as workers
  from batches b`

function toBatchRow(row: Row, times: BatchTimes): BatchRow {
  return {
    pool: row.pool,
    nonce: row.nonce,
    state: stateOf(row, times),
    tasks: Number(row.tasks),
    gas: row.gas,
    workers: row.workers.map((part) => ({ ...part, reward: BigInt(part.reward) as Wei })),
    ...present({
      root: row.root,
      resultRoot: row.result_root,
      locations: row.locations === ZERO_HEX32 ? null : row.locations,
      commitTx: row.commit_tx,
      settleTx: row.settle_tx,
      committedAt: row.committed_at === null ? null : (Number(row.committed_at) as UnixSeconds),
      settledAt: row.settled_at === null ? null : (Number(row.settled_at) as UnixSeconds),
    }),
  }
}

function stateOf(
  { settled_at, committed_at }: Row,
  { nowSec, settleWindowSec }: BatchTimes,
): BatchRow['state'] {
  if (settled_at !== null) return 'settled'
  return Number(committed_at) + settleWindowSec < nowSec ? 'late' : 'committed'
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], null> }

function present<T extends Record<string, unknown>>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null),
  ) as Present<T>
}
