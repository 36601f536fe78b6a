import { DatabaseSync } from 'node:sqlite'

/**
 * Takes a file for this process, or undefined while another process has it. The lock is the operating
 * system's (SQLite's exclusive file lock), so it ends with the process however that dies, and is
 * never stale.
 */
export function takeFile(path: string): { release(): void } | undefined {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch {
    database.close()
    return undefined
  }
  return { release: () => database.close() }
}
