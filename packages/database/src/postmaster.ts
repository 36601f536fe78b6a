import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** What a running server says about itself in `postmaster.pid`. */
export type Postmaster = { pid: number; socketDir: string; isReady: boolean }

/** The server that runs on `dataDir`, if one does; a file left by a dead server counts as none. */
export function findPostmaster(dataDir: string): Postmaster | undefined {
  const file = readPidFile(dataDir)
  return file !== undefined && isPostmaster(file.pid, dataDir) ? file : undefined
}

/** True when `postmaster.pid` names a living process that is no server: its id was given away again. */
export function isPidReused(dataDir: string): boolean {
  const file = readPidFile(dataDir)
  return file !== undefined && isAlive(file.pid) && !isPostmaster(file.pid, dataDir)
}

/** Whether `pid` is the main process of a server on `dataDir`; safe against ids given away again. */
export function isPostmaster(pid: number, dataDir: string): boolean {
  return isAlive(pid) && commandOf(pid).includes(dataDir)
}

function readPidFile(dataDir: string): Postmaster | undefined {
  let text: string
  try {
    text = readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8')
  } catch {
    return undefined
  }
  // Lines: pid, data directory, start time, port, socket directory, listen address, shared memory, status.
  const [pid = '', , , , socketDir = '', , , status = ''] = text.split('\n')
  if (!/^\d+$/.test(pid)) return undefined
  return { pid: Number(pid), socketDir, isReady: status.trim() === 'ready' }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function commandOf(pid: number): string {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
