import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { HomeInUseError } from '../errors.ts'

// Each entry takes the schema from its index to the next; never edited once released.
const MIGRATIONS = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE executions (
    task_id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    row TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE batches (
    nonce TEXT PRIMARY KEY,
    row TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE deals (
    deal_id TEXT PRIMARY KEY,
    terms TEXT NOT NULL,
    closes_at_sec INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE receipts (
    id INTEGER PRIMARY KEY,
    nonce TEXT NOT NULL,
    root TEXT NOT NULL,
    signature TEXT NOT NULL,
    items TEXT NOT NULL,
    keep_until_sec INTEGER NOT NULL
  );
  CREATE INDEX receipts_keep_until ON receipts (keep_until_sec);
  CREATE TABLE results (
    task_id TEXT PRIMARY KEY,
    bytes BLOB,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL
  );
  CREATE TABLE inputs (
    cid TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    used_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  ALTER TABLE receipts ADD COLUMN until_sec INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE receipts ADD COLUMN own TEXT NOT NULL DEFAULT '[]';
  `,
]

/**
 * The worker's database: write-ahead log, every commit on disk before it returns, one process only.
 *
 * @throws {HomeInUseError} `HOME_IN_USE` when another process has it open.
 */
export function openDatabase(home: string): DatabaseSync {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(join(home, 'worker.db'))
  try {
    // Exclusive before the log is opened: no shared memory file, and a second process is refused.
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = FULL')
    migrate(database)
  } catch (error) {
    database.close()
    if (/locked/.test(String((error as Error).message)))
      throw new HomeInUseError({ home, cause: error })
    throw error
  }
  return database
}

/** Brings a database's schema to the newest. */
export function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
    user_version: number
  }
  for (const sql of MIGRATIONS.slice(version)) database.exec(sql)
  database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
  database.exec('COMMIT')
}
