import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, type ErrorJson, RemoteError } from '@millrace/base'
import type { FromService, Role, ToService } from '../services/channel.ts'

/** What a supervised service tells its cloud. */
export type ServiceEvent =
  | { kind: 'ready'; name: string; info: Record<string, unknown>; pid: number; restarts: number }
  | { kind: 'died'; name: string; how: string; againInMs: number }

export type SupervisedService = {
  readonly name: string
  /** First time ready. Rejects when the first start fails; later deaths lead to restarts. */
  readonly ready: Promise<Record<string, unknown>>
  /** Hands over the configuration; before that the process only loads its program. */
  start(config: unknown): void
  /** Stops it for good: asks, waits, kills. */
  stop(): Promise<void>
  pid(): number | undefined
}

const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 5000
/** A service that ran this long starts again without a growing pause. */
const HEALTHY_MS = 10_000
const STOP_WAIT_MS = 10_000

export type SuperviseOptions = {
  name: string
  role: Role
  /** File of the command line itself. */
  entry: string
  logsDir: string
  clock: Clock
  onEvent: (event: ServiceEvent) => void
}

/**
 * Runs a service as a child process and starts it again whenever it dies. The child leads its own
 * process group, so that Ctrl-C in the terminal reaches only the supervisor, and lives no longer than
 * the channel to this process.
 */
export function superviseService(options: SuperviseOptions): SupervisedService {
  const { name, clock, onEvent } = options
  const ready = Promise.withResolvers<Record<string, unknown>>()
  ready.promise.catch(() => {})
  const state = { config: undefined as unknown, stopping: false, restarts: 0, everReady: false }
  let child: ChildProcess
  let backoffMs = FIRST_BACKOFF_MS

  const launch = (): void => {
    const startedAt = clock.nowMs()
    let lastError: ErrorJson | undefined
    child = spawnService(options)
    child.on('message', (message: FromService) => {
      if (message.type === 'failed') lastError = message.error
      if (message.type !== 'ready') return
      state.everReady = true
      const { restarts } = state
      onEvent({ kind: 'ready', name, info: message.info, pid: child.pid ?? 0, restarts })
      ready.resolve(message.info)
    })
    child.on('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`
      const error = lastError ?? { code: 'SERVICE_DIED', message: how, meta: {}, hints: [] }
      if (!state.everReady) ready.reject(new RemoteError(error))
      if (state.stopping || !state.everReady) return
      if (clock.nowMs() - startedAt > HEALTHY_MS) backoffMs = FIRST_BACKOFF_MS
      onEvent({ kind: 'died', name, how: error.message, againInMs: backoffMs })
      void relaunch(backoffMs)
      backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2)
    })
    if (state.config !== undefined) tell(child, { type: 'start', config: state.config })
  }
  const relaunch = async (waitMs: number): Promise<void> => {
    await clock.sleep(waitMs)
    if (state.stopping) return
    state.restarts += 1
    launch()
  }
  launch()

  return {
    name,
    ready: ready.promise,
    start: (value) => {
      state.config = value
      tell(child, { type: 'start', config: value })
    },
    pid: () => child.pid,
    stop: async () => {
      state.stopping = true
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      tell(child, { type: 'stop' })
      const patience = new AbortController()
      await Promise.race([gone, clock.sleep(STOP_WAIT_MS, patience.signal).catch(() => {})])
      patience.abort()
      killGroup(child.pid)
      await gone
    },
  }
}

function spawnService({ name, role, entry, logsDir }: SuperviseOptions): ChildProcess {
  // What a process says outside its log, such as the engine's last words when it runs out of memory.
  const words = openSync(join(logsDir, `${name}.stderr`), 'a', 0o600)
  try {
    const child = fork(entry, ['serve', role], {
      detached: true,
      execArgv: [],
      stdio: ['ignore', words, words, 'ipc'],
    })
    child.on('error', () => {})
    return child
  } finally {
    closeSync(words)
  }
}

function tell(child: ChildProcess, message: ToService): void {
  if (child.connected) child.send(message, () => {})
}

/** Ends the service and whatever it started; its group is named after it. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All gone already.
  }
}
