import { CloudAlreadyRunningError } from '../errors.ts'
import { readCloudFile } from './cloudFile.ts'
import { takeFile } from './exclusiveFile.ts'
import type { Home } from './home.ts'

/**
 * Takes the state folder for one supervisor.
 *
 * @throws {CloudAlreadyRunningError} `CLOUD_ALREADY_RUNNING`
 */
export function lockHome(home: Home): { release(): void } {
  const database = new DatabaseSync(home.lockFile, { timeout: PATIENCE_MS })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    const cloud = readCloudFile(home)
    throw new CloudAlreadyRunningError({ home: home.dir, pid: cloud?.pid, cause })
  }
  return { release: () => database.close() }
}

/** Looking takes the file for a moment; whoever wants to lock it waits so long. */
const PATIENCE_MS = 1000

/** True while a supervisor holds the folder. */
export function isHomeLocked(home: Home): boolean {
  if (!existsSync(home.lockFile)) return false
  const database = new DatabaseSync(home.lockFile, { readOnly: true })
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch {
    return true
  } finally {
    database.close()
  }
}
