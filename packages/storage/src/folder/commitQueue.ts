import type { DatabaseSync } from 'node:sqlite'
import { asFull, isDiskFull } from '../diskFull.ts'

/** Runs a synchronous write; resolves with its answer once that is on the disk. */
export type Commit = <T>(write: () => T) => Promise<T>

type Entry = { write(): unknown; resolve(value: unknown): void; reject(error: unknown): void }

/**
 * Gathers the writes of one turn of the event loop into one transaction, so that many small blobs
 * share a flush. A write that throws undoes its own changes and no others.
 */
export function createCommitQueue(db: DatabaseSync, dir: string): Commit {
  let waiting: Entry[] = []
  const flush = (): void => {
    const entries = waiting
    waiting = []
    let settle: (() => void)[]
    try {
      db.exec('BEGIN IMMEDIATE')
      settle = entries.map((entry) => runOne(db, entry))
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      for (const { reject } of entries) reject(asFull(error, dir))
      return
    }
    for (const act of settle) act()
  }
  return <T>(write: () => T) =>
    new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ write, resolve: resolve as (value: unknown) => void, reject })
    })
}

function runOne(db: DatabaseSync, { write, resolve, reject }: Entry): () => void {
  db.exec('SAVEPOINT one')
  try {
    const value = write()
    db.exec('RELEASE one')
    return () => resolve(value)
  } catch (error) {
    // A full disk may have ended the whole transaction: then nobody's write is kept.
    if (!db.isTransaction || isDiskFull(error)) throw error
    db.exec('ROLLBACK TO one; RELEASE one')
    return () => reject(error)
  }
}
