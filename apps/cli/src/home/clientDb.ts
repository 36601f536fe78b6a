import { DatabaseSync } from 'node:sqlite'
import type { Hex32 } from '@millrace/base'
import type { OfferWeights } from '@millrace/protocol'
import type { Home } from './home.ts'

/** How far a job is, as this user's commands last saw it. */
export type JobState = 'ordered' | 'running' | 'done' | 'failed' | 'expired' | 'stopped'

/** One `millrace run`: a request order and what came of it. */
export type Job = {
  /** Local number, from 1. */
  number: number
  /** Hash of the request order: the job's name everywhere else. */
  request: Hex32
  createdAt: number
  state: JobState
  record: JobRecord
}

/** What is kept of a job beyond its columns; JSON, amounts as strings. */
export type JobRecord = {
  appName: string
  app: string
  manifestCid: string
  bagCid: string
  tasks: number
  /** What people call each task, in the order of the bag. */
  labels: string[]
  trust: number
  /** Signed request order in its wire form. */
  signed: { order: unknown; signature: string; ad?: string }
  /** Expression that says which pool to prefer. */
  rank?: string | undefined
  /** What mattered in a pool. */
  weights?: OfferWeights | undefined
  /** Deals known to have been opened for it; terms in their wire form. */
  deals: { dealId: string; terms: unknown; txHash: string; block: number }[]
  /** Folder that was asked for; the usual one when absent. */
  out: string | undefined
}

/** This user's jobs and small caches. Several commands may use it at once. */
export type ClientDb = {
  addJob(job: { request: Hex32; createdAt: number; record: JobRecord }): Job
  updateJob(number: number, change: { state?: JobState; record?: JobRecord }): void
  jobByNumber(number: number): Job | undefined
  /** Jobs whose request hash starts so. */
  jobsByPrefix(prefix: string): Job[]
  lastJob(): Job | undefined
  /** Newest first. */
  allJobs(): Job[]
  /** Small content-addressed blobs: manifests. */
  cachedBlob(cid: string): Uint8Array | undefined
  cacheBlob(cid: string, bytes: Uint8Array): void
  close(): void
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 10000;
  CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    record TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS blobs (cid TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`

export function openClientDb(home: Home): ClientDb {
  const database = new DatabaseSync(home.clientDb)
  database.exec(SCHEMA)
  const jobs = (where: string, ...values: (string | number)[]): Job[] =>
    database
      .prepare(`SELECT number, request, created_at, state, record FROM jobs ${where}`)
      .all(...values)
      .map((row) => toJob(row as JobRow))
  return {
    addJob: ({ request, createdAt, record }) => {
      const { lastInsertRowid } = database
        .prepare('INSERT INTO jobs (request, created_at, state, record) VALUES (?, ?, ?, ?)')
        .run(request, createdAt, 'ordered', JSON.stringify(record))
      return { number: Number(lastInsertRowid), request, createdAt, state: 'ordered', record }
    },
    updateJob: (number, { state, record }) => {
      database
        .prepare(
          'UPDATE jobs SET state = coalesce(?, state), record = coalesce(?, record) WHERE number = ?',
        )
        .run(state ?? null, record === undefined ? null : JSON.stringify(record), number)
    },
    jobByNumber: (number) => jobs('WHERE number = ?', number)[0],
    jobsByPrefix: (prefix) => jobs('WHERE substr(request, 1, ?) = ?', prefix.length, prefix),
    lastJob: () => jobs('ORDER BY number DESC LIMIT 1')[0],
    allJobs: () => jobs('ORDER BY number DESC'),
    cachedBlob: (cid) =>
      (database.prepare('SELECT bytes FROM blobs WHERE cid = ?').get(cid) as BlobRow | undefined)
        ?.bytes,
    cacheBlob: (cid, bytes) => {
      database.prepare('INSERT OR IGNORE INTO blobs (cid, bytes) VALUES (?, ?)').run(cid, bytes)
    },
    close: () => database.close(),
  }
}

type BlobRow = { bytes: Uint8Array }
type JobRow = { number: number; request: string; created_at: number; state: string; record: string }

function toJob({ number, request, created_at, state, record }: JobRow): Job {
  return {
    number,
    request: request as Hex32,
    createdAt: created_at,
    state: state as JobState,
    record: JSON.parse(record) as JobRecord,
  }
}
