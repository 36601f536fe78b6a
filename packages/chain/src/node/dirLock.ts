import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ChainDirLockedError } from './chainNodeErrors.ts'

/**
 * Holds a folder for this process. SQLite's file lock is the operating system's own: it ends with
 * the process however that ends, and needs no clean-up.
 *
 * @returns a function that frees the folder
 * @throws {ChainDirLockedError} `CHAIN_DIR_LOCKED`
 */
export function lockDir(dir: string): () => void {
  const db = new DatabaseSync(join(dir, 'lock.db'), { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch {
    db.close()
    throw new ChainDirLockedError({ dir })
  }
  return () => db.close()
}
