import { join } from 'node:path'
import {
  type Clock,
  errorToJson,
  type Logger,
  type Random,
  systemClock,
  systemRandom,
} from '@millrace/base'
import type { FromService, Role, ToService } from './channel.ts'
import { createFileLogger, type LogLevel } from './fileLogger.ts'

/** What every service is started with. */
export type ServiceDeps = { signal: AbortSignal; log: Logger; clock: Clock; random: Random }

/** A running service: what others need to know of it, and its end. */
export type RunningService = { info: Record<string, unknown>; closed: Promise<void> }

export type StartService = (config: unknown, deps: ServiceDeps) => Promise<RunningService>

/** What the supervisor adds to each service's own configuration. */
type Envelope = { name: string; logsDir: string; logLevel: LogLevel; service: unknown }

/** A service that does not stop within this time is killed. */
const STOP_GRACE_MS = 8000

/** Each service's modules load only in its own process. */
const LOAD: Record<Role, () => Promise<StartService>> = {
  chain: async () => (await import('./chainService.ts')).startChainService,
  database: async () => (await import('./databaseService.ts')).startDatabaseService,
  storage: async () => (await import('./storageService.ts')).startStorageService,
  market: async () => (await import('./marketService.ts')).startMarketService,
  pool: async () => (await import('./poolService.ts')).startPoolService,
  worker: async () => (await import('./workerService.ts')).startWorkerService,
}

/**
 * One service of the cloud in this process. Starts when the supervisor sends its configuration and
 * stops when told to, or when the supervisor is gone: no service outlives its cloud.
 */
export async function runService(role: Role): Promise<void> {
  const stop = new AbortController()
  const wanted = receiveStart(stop)
  process.on('disconnect', () => stopWithin(stop))
  process.on('SIGTERM', () => stopWithin(stop))
  // Ctrl-C reaches the whole terminal; the supervisor decides in which order services stop.
  process.on('SIGINT', () => {})

  const start = await LOAD[role]()
  send({ type: 'loaded' })
  const envelope = await wanted
  if (envelope === undefined) process.exit(0)
  const { name, logsDir, logLevel, service } = envelope
  process.title = `millrace ${name}`
  const log = createFileLogger(join(logsDir, `${name}.log`), logLevel, { service: name })
  process.on('uncaughtException', (error) => die(log, error))
  try {
    log.info('service starting', { pid: process.pid, node: process.version })
    const deps = { signal: stop.signal, log, clock: systemClock, random: systemRandom }
    const { info, closed } = await start(service, deps)
    log.info('service ready', info)
    send({ type: 'ready', info })
    await closed
    log.info('service stopped')
    // Open handles of libraries must not keep a stopped service alive.
    process.exit(stop.signal.aborted ? 0 : 1)
  } catch (error) {
    if (!stop.signal.aborted) die(log, error)
    process.exit(0)
  }
}

/** The configuration; undefined when the service is stopped before it got one. */
function receiveStart(stop: AbortController): Promise<Envelope | undefined> {
  return new Promise((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(undefined), { once: true })
    process.on('message', (message: ToService) => {
      if (message.type === 'start') resolve(message.config as Envelope)
      else stopWithin(stop)
    })
  })
}

function stopWithin(stop: AbortController): void {
  stop.abort(new Error('service stopped'))
  setTimeout(() => process.exit(1), STOP_GRACE_MS).unref()
}

function send(message: FromService): void {
  if (process.connected) process.send?.(message)
}

function die(log: Logger, error: unknown): never {
  log.error('service failed', { error })
  send({ type: 'failed', error: describe(error) })
  process.exit(1)
}

/** Unlike across the network, here the text of an unknown error may be shown: it is our own process. */
function describe(error: unknown): ReturnType<typeof errorToJson> {
  const json = errorToJson(error)
  return json.code === 'INTERNAL' && error instanceof Error
    ? { ...json, message: error.message }
    : json
}
