import type { DatabaseSync } from 'node:sqlite'
import {
  type Clock,
  canonicalJson,
  type DealId,
  type Hex,
  type Hex32,
  type Logger,
  type ResultDigest,
  type TaskId,
  toJson,
  type UnixSeconds,
} from '@millrace/base'
import type { DealTerms } from '@millrace/protocol'
import { zDealTerms } from '@millrace/wire'
import { ForeignHomeError } from '../errors.ts'
import type { Execution, ExecutionStatus, SealedBatch } from '../execution.ts'
import { batchFromRow, batchToRow, executionFromRow, executionToRow } from './rows.ts'

export type StoredReceipt = {
  nonce: bigint
  root: Hex32
  /** As signed: until then the pool must not settle these tasks without this worker. */
  until: UnixSeconds
  signature: Hex
  items: readonly { taskId: TaskId; commitment: Hex32 }[]
  /** What this worker had committed to, of those items that were its own. */
  own: readonly { taskId: TaskId; dealId: DealId; index: number; digest: ResultDigest }[]
  /** Evidence against a pool that leaves work out; needless once the task cannot be appealed. */
  keepUntilSec: number
}

/** A kept result: the archive itself when small, else a file of the home folder. */
type StoredResult = { bytes: Uint8Array | undefined; sizeBytes: number; sha256: Hex32 }

export type StoredInput = { cid: string; sizeBytes: number; sha256: Hex32; usedAtMs: number }

type Write = () => void
type WriterDeps = { clock: Clock; log: Logger; signal: AbortSignal }

/**
 * Executions and batches in memory, written behind in groups. A change is seen at once; it is on
 * disk when the next {@link WorkerStore.durable} resolves, and that is awaited before every effect
 * that others see and that a restart must remember. A kill in between loses only steps that can be
 * done again.
 */
export type WorkerStore = {
  /** Refuses a home that has served another identity. */
  claim(home: string, identity: Record<string, string>): void
  executions(): IterableIterator<Execution>
  executionCount(): number
  get(taskId: TaskId): Execution | undefined
  put(execution: Execution): void
  /** Changes fields if the execution is still in one of `from`; tells the new state. */
  patch(
    taskId: TaskId,
    from: ExecutionStatus | readonly ExecutionStatus[],
    fields: Partial<Execution>,
  ): Execution | undefined
  /** Drops the execution and its kept result. */
  remove(taskId: TaskId): void
  batches(): IterableIterator<SealedBatch>
  getBatch(nonce: bigint): SealedBatch | undefined
  putBatch(batch: SealedBatch): void
  removeBatch(nonce: bigint): void
  /** Terms that hash to the id; kept so that a restart can go on before the pool sends them again. */
  putDeal(dealId: DealId, terms: DealTerms): void
  getDeal(dealId: DealId): DealTerms | undefined
  forgetDeals(beforeSec: number): void
  putReceipt(receipt: StoredReceipt): void
  removeReceipt(receipt: Pick<StoredReceipt, 'root' | 'until'>): void
  forgetReceipts(beforeSec: number): void
  receipts(): StoredReceipt[]
  putResult(taskId: TaskId, result: StoredResult): void
  getResult(taskId: TaskId): StoredResult | undefined
  resultSizes(): { taskId: TaskId; sizeBytes: number }[]
  inputs(): StoredInput[]
  putInput(input: StoredInput): void
  removeInput(cid: string): void
  getMeta(key: string): string | undefined
  setMeta(key: string, value: string): void
  /** Called after each change of an execution or a batch. */
  onChange(listener: (change: { taskId: TaskId } | { nonce: bigint }) => void): void
  /** Resolves when all changes made so far are on disk. */
  durable(): Promise<void>
  close(): void
}

/** Changes nobody waits for reach the disk within this time. */
const LAZY_MS = 250

export function createWorkerStore(
  database: DatabaseSync,
  { clock, log, signal }: WriterDeps,
): WorkerStore {
  const executions = loadExecutions(database)
  const batches = loadBatches(database)
  const writer = createWriter(database, { clock, log, signal })
  const sql = prepareAll(database)
  let listener: (change: { taskId: TaskId } | { nonce: bigint }) => void = () => {}

  const flushed = () => {
    writer.flush()
    return sql
  }
  const put = (execution: Execution): void => {
    executions.set(execution.taskId, execution)
    writer.write(`execution ${execution.taskId}`, () => {
      sql.putExecution.run(execution.taskId, execution.status, executionToRow(execution))
    })
    listener({ taskId: execution.taskId })
  }

  return {
    claim: (home, identity) => claim(database, home, identity),
    executions: () => executions.values(),
    executionCount: () => executions.size,
    get: (taskId) => executions.get(taskId),
    put,
    patch: (taskId, from, fields) => {
      const current = executions.get(taskId)
      if (current === undefined || ![from].flat().includes(current.status)) return undefined
      const next = { ...current, ...fields }
      put(next)
      return next
    },
    remove: (taskId) => {
      executions.delete(taskId)
      writer.write(`execution ${taskId}`, () => sql.removeExecution.run(taskId))
      writer.write(`result ${taskId}`, () => sql.removeResult.run(taskId))
    },
    batches: () => batches.values(),
    getBatch: (nonce) => batches.get(nonce),
    putBatch: (batch) => {
      batches.set(batch.nonce, batch)
      writer.write(`batch ${batch.nonce}`, () => {
        sql.putBatch.run(`${batch.nonce}`, batchToRow(batch))
      })
      listener({ nonce: batch.nonce })
    },
    removeBatch: (nonce) => {
      batches.delete(nonce)
      writer.write(`batch ${nonce}`, () => sql.removeBatch.run(`${nonce}`))
    },
    putDeal: (dealId, terms) =>
      writer.write(`deal ${dealId}`, () => {
        const closesAt = terms.expiresAt + terms.settleWindowSec + terms.maturitySec
        sql.putDeal.run(dealId, toJson(terms), closesAt)
      }),
    getDeal: (dealId) => {
      writer.flush()
      const row = sql.getDeal.get(dealId) as { terms: string } | undefined
      return row && zDealTerms.parse(JSON.parse(row.terms))
    },
    forgetDeals: (beforeSec) => writer.write(undefined, () => sql.forgetDeals.run(beforeSec)),
    putReceipt: ({ nonce, root, until, signature, items, own, keepUntilSec }) =>
      writer.write(undefined, () => {
        const lists = [JSON.stringify(items), JSON.stringify(own)] as const
        sql.putReceipt.run(`${nonce}`, root, signature, ...lists, keepUntilSec, until)
      }),
    removeReceipt: (one) =>
      writer.write(undefined, () => sql.removeReceipt.run(one.root, one.until)),
    forgetReceipts: (beforeSec) => writer.write(undefined, () => sql.forgetReceipts.run(beforeSec)),
    receipts: () => (flushed().receipts.all() as ReceiptRow[]).map(receiptFromRow),
    putResult: (taskId, { bytes, sizeBytes, sha256 }) =>
      writer.write(`result ${taskId}`, () => {
        sql.putResult.run(taskId, bytes ?? null, sizeBytes, sha256)
      }),
    getResult: (taskId) => {
      writer.flush()
      const row = sql.getResult.get(taskId) as ResultRow | undefined
      return row && { bytes: row.bytes ?? undefined, sizeBytes: row.size_bytes, sha256: row.sha256 }
    },
    resultSizes: () => flushed().resultSizes.all() as { taskId: TaskId; sizeBytes: number }[],
    inputs: () => flushed().inputs.all() as unknown as StoredInput[],
    putInput: ({ cid, sizeBytes, sha256, usedAtMs }) =>
      writer.write(`input ${cid}`, () => sql.putInput.run(cid, sizeBytes, sha256, usedAtMs)),
    removeInput: (cid) => writer.write(`input ${cid}`, () => sql.removeInput.run(cid)),
    getMeta: (key) => (flushed().getMeta.get(key) as { value: string } | undefined)?.value,
    setMeta: (key, value) => writer.write(`meta ${key}`, () => sql.setMeta.run(key, value)),
    onChange: (next) => {
      listener = next
    },
    durable: writer.durable,
    close: () => {
      writer.flush()
      database.close()
    },
  }
}

type ReceiptRow = {
  nonce: string
  root: Hex32
  signature: Hex
  items: string
  keep_until_sec: number
  until_sec: number
  own: string
}
type ResultRow = { bytes: Uint8Array | null; size_bytes: number; sha256: Hex32 }

function receiptFromRow(row: ReceiptRow): StoredReceipt {
  return {
    nonce: BigInt(row.nonce),
    root: row.root,
    signature: row.signature,
    items: JSON.parse(row.items) as StoredReceipt['items'],
    own: JSON.parse(row.own) as StoredReceipt['own'],
    until: row.until_sec as UnixSeconds,
    keepUntilSec: row.keep_until_sec,
  }
}

/** Collects writes; a later write of the same key replaces an earlier one that has not gone out. */
function createWriter(database: DatabaseSync, { clock, log, signal }: WriterDeps) {
  let pending = new Map<string, Write>()
  let anonymous = 0
  let timed = false
  let turn: Promise<void> | undefined

  const flush = (): void => {
    if (pending.size === 0) return
    const writes = pending
    pending = new Map()
    database.exec('BEGIN IMMEDIATE')
    try {
      for (const write of writes.values()) write()
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      // Kept for the next try (a full disk may be cleared); newer writes of a key win.
      pending = new Map([...writes, ...pending])
      throw error
    }
  }
  const flushSoon = (): void => {
    if (timed) return
    timed = true
    const act = () => {
      timed = false
      if (!database.isOpen) return
      try {
        flush()
      } catch (error) {
        log.error('database write failed', { error: String(error) })
        if (!signal.aborted) flushSoon()
      }
    }
    clock.sleep(LAZY_MS, signal).then(act, act)
  }
  return {
    flush,
    write(key: string | undefined, write: Write): void {
      pending.set(key ?? `anonymous ${anonymous++}`, write)
      flushSoon()
    },
    durable(): Promise<void> {
      if (pending.size === 0) return Promise.resolve()
      // All who ask within one turn of the event loop share one commit.
      turn ??= new Promise<void>((resolve, reject) => {
        setImmediate(() => {
          turn = undefined
          try {
            flush()
            resolve()
          } catch (error) {
            reject(error)
          }
        })
      })
      return turn
    },
  }
}

function prepareAll(database: DatabaseSync) {
  const prepare = (text: string) => database.prepare(text)
  return {
    putExecution: prepare(
      'INSERT OR REPLACE INTO executions (task_id, status, row) VALUES (?, ?, ?)',
    ),
    removeExecution: prepare('DELETE FROM executions WHERE task_id = ?'),
    putBatch: prepare('INSERT OR REPLACE INTO batches (nonce, row) VALUES (?, ?)'),
    removeBatch: prepare('DELETE FROM batches WHERE nonce = ?'),
    putDeal: prepare(
      'INSERT OR REPLACE INTO deals (deal_id, terms, closes_at_sec) VALUES (?, ?, ?)',
    ),
    getDeal: prepare('SELECT terms FROM deals WHERE deal_id = ?'),
    forgetDeals: prepare('DELETE FROM deals WHERE closes_at_sec < ?'),
    putReceipt: prepare(
      'INSERT INTO receipts (nonce, root, signature, items, own, keep_until_sec, until_sec) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    removeReceipt: prepare('DELETE FROM receipts WHERE root = ? AND until_sec = ?'),
    forgetReceipts: prepare('DELETE FROM receipts WHERE keep_until_sec < ?'),
    receipts: prepare(
      'SELECT nonce, root, signature, items, keep_until_sec, until_sec, own FROM receipts',
    ),
    putResult: prepare(
      'INSERT OR REPLACE INTO results (task_id, bytes, size_bytes, sha256) VALUES (?, ?, ?, ?)',
    ),
    getResult: prepare('SELECT bytes, size_bytes, sha256 FROM results WHERE task_id = ?'),
    resultSizes: prepare('SELECT task_id AS taskId, size_bytes AS sizeBytes FROM results'),
    removeResult: prepare('DELETE FROM results WHERE task_id = ?'),
    inputs: prepare(
      'SELECT cid, size_bytes AS sizeBytes, sha256, used_at_ms AS usedAtMs FROM inputs',
    ),
    putInput: prepare(
      'INSERT OR REPLACE INTO inputs (cid, size_bytes, sha256, used_at_ms) VALUES (?, ?, ?, ?)',
    ),
    removeInput: prepare('DELETE FROM inputs WHERE cid = ?'),
    getMeta: prepare('SELECT value FROM meta WHERE key = ?'),
    setMeta: prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)'),
  }
}

function loadExecutions(database: DatabaseSync): Map<TaskId, Execution> {
  const rows = database.prepare('SELECT row FROM executions').all() as { row: string }[]
  return new Map(rows.map(({ row }) => executionFromRow(row)).map((e) => [e.taskId, e]))
}

function loadBatches(database: DatabaseSync): Map<bigint, SealedBatch> {
  const rows = database.prepare('SELECT row FROM batches').all() as { row: string }[]
  return new Map(rows.map(({ row }) => batchFromRow(row)).map((b) => [b.nonce, b]))
}

function claim(database: DatabaseSync, home: string, identity: Record<string, string>): void {
  const expected = canonicalJson(identity)
  const row = database.prepare("SELECT value FROM meta WHERE key = 'identity'").get() as
    | { value: string }
    | undefined
  if (row !== undefined && row.value !== expected)
    throw new ForeignHomeError({ home, is: row.value, expected })
  database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('identity', ?)").run(expected)
}
