import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BaseError, type Clock, createSerialQueue, systemClock } from '@millrace/base'
import type { OutboxRow, OutboxStore, OutboxWriter } from '../outbox/outboxStore.ts'

/** Another process holds the outbox's file far longer than signing takes. */
export class OutboxBusyError extends BaseError {
  readonly code = 'OUTBOX_BUSY'
  override readonly retryable = true
  constructor({ path, cause }: { path: string; cause: unknown }) {
    super(`The outbox file ${path} is locked by another process.`, {
      meta: { path },
      hints: ['Does a stopped or hanging process of this account have it open?'],
      docs: 'outbox-busy',
      cause,
    })
  }
}

// WAL with FULL: a commit is on disk before the signed transaction leaves the machine.
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS outbox (
    scope TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, nonce INTEGER NOT NULL,
    body TEXT NOT NULL, savedAtMs INTEGER NOT NULL, PRIMARY KEY (scope, id)
  );
  CREATE UNIQUE INDEX IF NOT EXISTS outbox_open ON outbox (scope, nonce) WHERE state = 'open';
  CREATE INDEX IF NOT EXISTS outbox_nonce ON outbox (scope, nonce);
  CREATE TABLE IF NOT EXISTS form (
    scope TEXT NOT NULL, hash TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (scope, hash)
  ) WITHOUT ROWID;
`
const KEPT_MS = 7 * 24 * 3_600_000
const SQLITE_BUSY = 5
const BUSY_PAUSE_MS = 4
const BUSY_LIMIT_MS = 30_000

/**
 * Outbox in a file, shared safely by several processes of one account.
 *
 * Rows that are final or failed are forgotten a week later.
 */
export function sqliteOutboxStore(
  path: string,
  { clock = systemClock }: { clock?: Clock } = {},
): OutboxStore & { close(): void } {
  mkdirSync(dirname(path), { recursive: true })
  const db = new DatabaseSync(path, { timeout: 5_000 })
  db.exec(SCHEMA)
  forgetOld(db, clock.nowMs() - KEPT_MS)
  db.exec('PRAGMA busy_timeout = 0')
  // A second connection sees only what is committed, never a row that is still being signed.
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  const queries = prepareReads(reader)
  const inTurn = createSerialQueue()

  /** BEGIN, waiting for other processes without blocking this one's event loop. */
  const begin = async (): Promise<void> => {
    const giveUpMs = clock.nowMs() + BUSY_LIMIT_MS
    for (;;) {
      try {
        return db.exec('BEGIN IMMEDIATE')
      } catch (error) {
        if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error
        if (clock.nowMs() > giveUpMs) throw new OutboxBusyError({ path, cause: error })
        await clock.sleep(BUSY_PAUSE_MS)
      }
    }
  }

  const exclusively: OutboxStore['exclusively'] = (scope, act) =>
    inTurn(async () => {
      await begin()
      try {
        const result = await act(writerOf(db, scope, clock))
        db.exec('COMMIT')
        return result
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    })

  return {
    loadOpen: (scope) => Promise.resolve(queries.loadOpen(scope)),
    findById: (scope, id) => Promise.resolve(queries.findById(scope, id)),
    findByHash: (scope, hash) => Promise.resolve(queries.findByHash(scope, hash)),
    exclusively,
    close: () => {
      reader.close()
      db.close()
    },
  }
}

function prepareReads(db: DatabaseSync) {
  const open = db.prepare(
    "SELECT body FROM outbox WHERE scope = ? AND state = 'open' ORDER BY nonce",
  )
  const byId = db.prepare('SELECT body FROM outbox WHERE scope = ? AND id = ?')
  const byHash = db.prepare(
    'SELECT body FROM form JOIN outbox USING (scope, id) WHERE scope = ? AND hash = ?',
  )
  return {
    loadOpen: (scope: string) => open.all(scope).map(parseRow) as OutboxRow[],
    findById: (scope: string, id: string) => parseRow(byId.get(scope, id)),
    findByHash: (scope: string, hash: string) => parseRow(byHash.get(scope, hash)),
  }
}

function writerOf(db: DatabaseSync, scope: string, clock: Clock): OutboxWriter {
  const { loadOpen, findById } = prepareReads(db)
  const save = db.prepare(
    `INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (scope, id) DO UPDATE SET
     state = excluded.state, nonce = excluded.nonce, body = excluded.body, savedAtMs = excluded.savedAtMs`,
  )
  const saveForm = db.prepare('INSERT OR IGNORE INTO form VALUES (?, ?, ?)')
  return {
    loadOpen: () => loadOpen(scope),
    findById: (id) => findById(scope, id),
    heldNonces: (from) =>
      new Set(
        db
          .prepare("SELECT nonce FROM outbox WHERE scope = ? AND nonce >= ? AND state != 'failed'")
          .all(scope, from)
          .map(({ nonce }) => Number(nonce)),
      ),
    save: (row) => {
      save.run(scope, row.id, row.state, row.nonce, printRow(row), clock.nowMs())
      for (const { hash } of row.forms) saveForm.run(scope, hash, row.id)
    },
    remove: (id) => {
      db.prepare('DELETE FROM form WHERE scope = ? AND id = ?').run(scope, id)
      db.prepare('DELETE FROM outbox WHERE scope = ? AND id = ?').run(scope, id)
    },
  }
}

function forgetOld(db: DatabaseSync, beforeMs: number): void {
  const old = "state != 'open' AND savedAtMs < ?"
  db.exec('BEGIN IMMEDIATE')
  db.prepare(
    `DELETE FROM form WHERE (scope, id) IN (SELECT scope, id FROM outbox WHERE ${old})`,
  ).run(beforeMs)
  db.prepare(`DELETE FROM outbox WHERE ${old}`).run(beforeMs)
  db.exec('COMMIT')
}

// Amounts travel as decimal strings, as everywhere in JSON.
function printRow(row: OutboxRow): string {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
}

type Stored = Omit<OutboxRow, 'gas' | 'intent' | 'forms'> & {
  gas: string
  intent: Omit<OutboxRow['intent'], 'value'> & { value: string }
  forms: (Omit<OutboxRow['forms'][0], 'maxFeePerGas' | 'maxPriorityFeePerGas'> & {
    maxFeePerGas: string
    maxPriorityFeePerGas: string
  })[]
}

function parseRow(found: Record<string, unknown> | undefined): OutboxRow | undefined {
  if (found === undefined) return undefined
  const { body } = found
  const stored = JSON.parse(String(body)) as Stored
  const forms = stored.forms.map((form) => ({
    ...form,
    maxFeePerGas: BigInt(form.maxFeePerGas),
    maxPriorityFeePerGas: BigInt(form.maxPriorityFeePerGas),
  })) as OutboxRow['forms']
  return {
    ...stored,
    gas: BigInt(stored.gas),
    // JSON drops an undefined `to`.
    intent: { ...stored.intent, to: stored.intent.to, value: BigInt(stored.intent.value) },
    forms,
  }
}
