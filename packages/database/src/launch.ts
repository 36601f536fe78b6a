import { type ChildProcess, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { PostgresStartError } from './errors.ts'
import type { Placement } from './placement.ts'
import { isPidReused } from './postmaster.ts'

/** A server process that we started. */
export type Launched = {
  hasEnded(): boolean
  /** Throws what ended it, unless trying again may do. */
  throwUnlessTransient(): void
  again(): Launched
}

const MAX_LOG_BYTES = 8 << 20

/** Starts the server process and does not wait for it. */
export function launch(
  placement: Placement,
  options: { binDir: string; settings: Record<string, string> },
): Launched {
  const { root, dataDir, socketDir, account } = placement
  // Only here: a dead server's id may belong to somebody else now, which PostgreSQL takes for a server.
  if (isPidReused(dataDir)) rmSync(path.join(dataDir, 'postmaster.pid'), { force: true })
  const logFile = path.join(root, 'server.log')
  const logStart = rotate(logFile)
  const args = Object.entries(options.settings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const fd = openSync(logFile, 'a', 0o600)
  let child: ChildProcess
  try {
    // Detached: a Ctrl-C in the terminal must reach it only through us, after our own work ended.
    child = spawn(
      path.join(options.binDir, 'postgres'),
      ['-D', dataDir, '-k', socketDir, ...args],
      {
        ...account,
        cwd: root,
        env: { LC_ALL: 'C', TZ: 'UTC' },
        detached: true,
        stdio: ['ignore', fd, fd],
      },
    )
  } finally {
    closeSync(fd)
  }
  child.unref()
  let end: string | undefined
  child.once('error', (error) => {
    end = error.message
  })
  child.once('exit', (code, signal) => {
    end = `it ended with ${code ?? signal}`
  })
  return {
    hasEnded: () => end !== undefined,
    again: () => launch(placement, options),
    throwUnlessTransient: () => {
      const output = readFileSync(logFile).subarray(logStart).toString()
      // The memory of a killed server is freed when its last child notices; another starter may be first.
      if (/pre-existing shared memory block|lock file ".*" already exists/.test(output)) return
      throw new PostgresStartError({ reason: lastFatal(output) ?? `${end}`, dir: root, output })
    },
  }
}

function lastFatal(output: string): string | undefined {
  return [...output.matchAll(/(?:FATAL|PANIC): {2}(.*)/g)].at(-1)?.[1]
}

/** Keeps the log small; returns the length of what is there. */
function rotate(file: string): number {
  if (!existsSync(file)) return 0
  const { size } = statSync(file)
  if (size < MAX_LOG_BYTES) return size
  renameSync(file, `${file}.old`)
  return 0
}
