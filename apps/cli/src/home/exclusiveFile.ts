import { DatabaseSync } from 'node:sqlite'

/**
 * Takes a file for this process, or undefined while another process has it. The lock is the operating
 * system's (SQLite's exclusive file lock), so it ends with the process however that dies, and is
 * never stale.
 *
 * @param patienceMs - How long to wait for another process to let go.
 */
export function takeFile(path: string, patienceMs = 0): { release(): void } | undefined {
  const database = new DatabaseSync(path, { timeout: patienceMs })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch {
    database.close()
    return undefined
  }
  return { release: () => database.close() }
}

/** True while another process has the file; looking does not take it. */
export function isTaken(path: string): boolean {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch {
    return true
  } finally {
    database.close()
  }
}
