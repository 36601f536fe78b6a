import { DatabaseSync } from 'node:sqlite'
import { CloudAlreadyRunningError } from '../errors.ts'
import { readCloudFile } from './cloudFile.ts'
import type { Home } from './home.ts'

/**
 * Takes the state folder for one supervisor. The lock is the operating system's (SQLite's exclusive
 * file lock), so it ends with the process however that dies, and is never stale.
 *
 * @throws {CloudAlreadyRunningError} `CLOUD_ALREADY_RUNNING`
 */
export function lockHome(home: Home): { release(): void } {
  const database = new DatabaseSync(home.lockFile)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    const cloud = readCloudFile(home)
    throw new CloudAlreadyRunningError({ home: home.dir, pid: cloud?.pid, cause })
  }
  return { release: () => database.close() }
}

/** True while a supervisor holds the folder. */
export function isHomeLocked(home: Home): boolean {
  try {
    lockHome(home).release()
    return false
  } catch {
    return true
  }
}
