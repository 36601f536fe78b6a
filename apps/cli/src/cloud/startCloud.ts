import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidInputError, type Seconds, silentLogger } from '@millrace/base'
import type { ClassAd } from '@millrace/protocol'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type ClientDb, openClientDb } from '../home/clientDb.ts'
import { type PortName, SERVICE_PORTS } from '../home/cloudFile.ts'
import { homeAt, makeHome } from '../home/home.ts'
import { lockHome } from '../home/lock.ts'
import { readAdText } from '../jobs/adText.ts'
import type { LogLevel } from '../services/fileLogger.ts'
import { parseDuration } from '../terminal/format.ts'
import { bootstrap } from './bootstrap.ts'
import { createServices } from './cloudServices.ts'
import { APPEAL_STEP, SETTLE_WINDOW } from './contracts.ts'
import { type MainJob, mainJobDocument, runMainJob } from './mainJob.ts'
import { poolWords } from './poolSetup.ts'

export type StartOptions = {
  home?: string
  once?: boolean
  job: boolean
  again?: boolean
  out?: string
  workers: string
  marketPort?: string
  chainPort?: string
  storagePort?: string
  poolPort?: string
  poolAd?: string
  settleWindow: string
  appealStep: string
  logLevel: string
}

/** What a start was asked for, checked. */
export type CloudSettings = {
  workers: number
  /** What the pool says of itself. */
  poolWords: ClassAd
  ports: Partial<Record<PortName, number>>
  settleWindowSec: Seconds
  appealStepSec: Seconds
  logLevel: LogLevel
  /** Ends with its main job: a vote on who governs it would come too late. */
  once: boolean
  /** Time zero of the figures that a start reports. */
  startedMs: number
}

/**
 * `millrace cloud start`, also `npm start`: a whole cloud on this machine, the main job, and then
 * on until Ctrl-C. With --once it ends with the job's fate and leaves nothing behind.
 */
export async function startCloud(
  given: Context,
  _: string[],
  options: StartOptions,
): Promise<ExitCode> {
  const settings = settingsOf(given, options)
  const isTemporary = options.once === true && options.home === undefined
  const context = isTemporary ? withTemporaryHome(given) : given
  makeHome(context.home)
  const lock = lockHome(context.home)
  const services = createServices(context, settings.logLevel)
  const { out, t, signal } = context
  try {
    const cloud = await bootstrap(context, services, settings)
    const job = options.job
      ? await runMainJob(context, cloud, { ...options, ...settings })
      : undefined
    if (options.once === true) return finishOnce(context, job)
    if (out.json) out.result(readyDocument(cloud, job), () => undefined)
    else out.say(t.cloud.ready({ url: cloud.file.apiUrl }))
    await aborted(signal)
    return EXIT.ok
  } catch (error) {
    if (!signal.aborted) throw error
    return options.once === true ? EXIT.interrupted : EXIT.ok
  } finally {
    if (options.once !== true) out.note(`\n${t.cloud.stopping}`)
    await services.stopAll()
    lock.release()
    if (isTemporary) await removeHome(context)
    else if (options.once !== true) out.note(t.cloud.stopped)
  }
}

function finishOnce({ out }: Context, job: MainJob | undefined): ExitCode {
  if (job === undefined) return EXIT.ok
  out.result(mainJobDocument(job), () => undefined)
  return job.report.fate
}

function readyDocument({ file }: { file: object }, job: MainJob | undefined): object {
  return { ...file, job: job === undefined ? undefined : mainJobDocument(job) }
}

/** The database of root does not lie below the home: another account runs it. */
async function removeHome({ home, clock }: Context): Promise<void> {
  const { removePostgres } = await import('@millrace/database')
  await removePostgres({ dir: home.serviceDir('postgres') }, { log: silentLogger, clock })
  rmSync(home.dir, { recursive: true, force: true })
}

function withTemporaryHome(context: Context): Context {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'millrace-')))
  // Its own job list too: this user's would say that the main job was done before.
  let db: ClientDb | undefined
  return { ...context, home, db: () => (db ??= openClientDb(home)) }
}

function settingsOf({ clock }: Context, options: StartOptions): CloudSettings {
  const ports = Object.fromEntries(
    SERVICE_PORTS.flatMap((name) => {
      const text = options[`${name}Port`]
      return text === undefined ? [] : [[name, parsePort(text, `--${name}-port`)]]
    }),
  )
  const workers = parseCount(options.workers, '--workers')
  return {
    workers,
    poolWords: poolWords(
      workers,
      options.poolAd === undefined ? undefined : readAdText(options.poolAd, '--pool-ad'),
    ),
    ports,
    settleWindowSec: parseWithin(options.settleWindow, '--settle-window', SETTLE_WINDOW),
    appealStepSec: parseWithin(options.appealStep, '--appeal-step', APPEAL_STEP),
    logLevel: parseLevel(options.logLevel),
    once: options.once === true,
    startedMs: clock.nowMs() - process.uptime() * 1000,
  }
}

function parseWithin(
  text: string,
  field: string,
  { least, most }: { least: Seconds; most: Seconds },
): Seconds {
  const found = parseDuration(text, field)
  if (found >= least && found <= most) return found
  throw new InvalidInputError({ field, value: text, expected: `between ${least}s and ${most}s` })
}

function parsePort(text: string, field: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new InvalidInputError({ field, value: text, expected: 'a port from 1 to 65535' })
}

function parseCount(text: string, field: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 64) return Number(text)
  throw new InvalidInputError({ field, value: text, expected: 'a number from 1 to 64' })
}

function parseLevel(text: string): LogLevel {
  const levels: readonly string[] = ['error', 'warn', 'info', 'debug']
  if (levels.includes(text)) return text as LogLevel
  throw new InvalidInputError({
    field: '--log-level',
    value: text,
    expected: `one of ${levels.join(', ')}`,
  })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
