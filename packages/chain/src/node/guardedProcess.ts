import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Writable } from 'node:stream'

/** A child that does not outlive this process, even when this one is killed with SIGKILL. */
export type GuardedProcess = {
  pid: number
  /** Resolves with a description of how it ended and the end of what it said. */
  exited: Promise<{ how: string; said: string }>
  kill(): void
}

// The child takes the shell's place, so it keeps the pid. Beside it waits a reader of fd 3, whose
// other end only we hold: when that closes without a word we were killed, and the child follows.
const GUARD = '(if read -r _ <&3; then exit; fi; kill -9 $$) >/dev/null 2>&1 & exec "$@" 3<&-'
const SAID_MAX = 4_000

/** Starts a program in its own process group, so that Ctrl-C in a terminal reaches only us. */
export function spawnGuarded(program: string, args: readonly string[]): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const lifeline = child.stdio[3] as Writable
  lifeline.on('error', () => {})
  return {
    pid: child.pid ?? 0,
    exited: watchExit(child, lifeline),
    kill: () => void child.kill('SIGKILL'),
  }
}

function watchExit(child: ChildProcess, lifeline: Writable): GuardedProcess['exited'] {
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID_MAX)
    })
  return new Promise((resolve) => {
    const end = (how: string) => {
      // A word for the guard, which must not kill whoever has the pid next.
      lifeline.end('\n')
      resolve({ how, said: said.trim() })
    }
    child.once('error', (error) => end(error.message))
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))
  })
}

/** What tells a process from a later one with the same pid; undefined when there is none. */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], { encoding: 'utf8' }).trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name, in parentheses, may hold spaces; the start time is the 22nd field, 20th after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}
