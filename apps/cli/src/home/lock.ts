import { existsSync } from 'node:fs'
import { CloudAlreadyRunningError } from '../errors.ts'
import { readCloudFile } from './cloudFile.ts'
import { isTaken, takeFile } from './exclusiveFile.ts'
import type { Home } from './home.ts'

/** Looking takes the file for a moment; whoever wants to lock it waits so long. */
const PATIENCE_MS = 1000

/**
 * Takes the state folder for one supervisor.
 *
 * @throws {CloudAlreadyRunningError} `CLOUD_ALREADY_RUNNING`
 */
export function lockHome(home: Home): { release(): void } {
  const lock = takeFile(home.lockFile, PATIENCE_MS)
  if (lock !== undefined) return lock
  const cloud = readCloudFile(home)
  throw new CloudAlreadyRunningError({ home: home.dir, pid: cloud?.pid })
}

/** True while a supervisor holds the folder. */
export function isHomeLocked(home: Home): boolean {
  return existsSync(home.lockFile) && isTaken(home.lockFile)
}
