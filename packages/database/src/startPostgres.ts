import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { type Clock, type Logger, systemClock } from '@millrace/base'
import pg from 'pg'
import { findBinaries, prepareBinaries } from './binaries.ts'
import { PostgresStartError } from './errors.ts'
import { createCluster } from './initdb.ts'
import { type Launched, launch } from './launch.ts'
import { type Placement, place } from './placement.ts'
import { findPostmaster, isPostmaster } from './postmaster.ts'

export type PostgresOptions = {
  /** Folder of the server's state; made when missing. */
  dir: string
  /** PostgreSQL settings over our own, for example `{ fsync: 'off' }` in tests. */
  settings?: Record<string, string>
}

export type PostgresDeps = { log: Logger; signal?: AbortSignal; clock?: Clock }

export type PostgresServer = {
  /** What {@link connectDatabase} takes, and what fits into `DATABASE_URL`. */
  connection: string
  how: 'created' | 'started' | 'adopted'
  pid: number
  /** Resolves when the server has ended, for whatever reason. */
  closed: Promise<void>
  /** Ends it: connections are cut, transactions under way are lost, commits are kept. */
  stop(): Promise<void>
}

// Two cores shared with everything else of a local cloud; durability stays on.
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '64MB',
  effective_cache_size: '512MB',
  random_page_cost: '1.1',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  autovacuum_naptime: '20s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
}

const START_PATIENCE_MS = 60_000
const STOP_PATIENCE_MS = 10_000
const POLL_MS = 15
const RELAUNCH_MS = 100

/**
 * Starts the PostgreSQL server that came with npm on a unix socket in a private folder, or adopts
 * the one that already runs on `dir`, for instance since our former process was killed.
 *
 * @throws {PostgresUnavailableError} `POSTGRES_UNAVAILABLE`
 * @throws {PostgresStartError} `POSTGRES_START_FAILED`
 */
export async function startPostgres(
  { dir, settings = {} }: PostgresOptions,
  { log, signal, clock = systemClock }: PostgresDeps,
): Promise<PostgresServer> {
  const placement = await place(dir, log)
  const server = await bringUp(placement, { settings, signal, clock })
  log.info('database server is up', { how: server.how, pid: server.pid, dir: placement.root })
  const stop = (): Promise<void> => stopPostmaster(server.pid, placement.dataDir, { log, clock })
  signal?.addEventListener(
    'abort',
    () => void stop().catch((error) => log.error('database server does not stop', { error })),
    { once: true },
  )
  return { ...server, closed: waitForEnd(server.pid, placement.dataDir, clock), stop }
}

/**
 * Stops the server of `dir` if one runs, and deletes all its data, wherever it lies.
 *
 * @see place: root's data may have to lie outside `dir`
 */
export async function removePostgres(
  { dir }: Pick<PostgresOptions, 'dir'>,
  { log, clock = systemClock }: Omit<PostgresDeps, 'signal'>,
): Promise<void> {
  if (!existsSync(dir)) return
  const { root, dataDir, socketDir } = await place(dir, log)
  const found = findPostmaster(dataDir)
  if (found !== undefined) await stopPostmaster(found.pid, dataDir, { log, clock })
  for (const folder of [socketDir, root, dir]) await rm(folder, { recursive: true, force: true })
}

type Up = Pick<PostgresServer, 'connection' | 'how' | 'pid'>
type BringUpDeps = {
  settings: Record<string, string>
  signal: AbortSignal | undefined
  clock: Clock
}

async function bringUp(
  placement: Placement,
  { settings, signal, clock }: BringUpDeps,
): Promise<Up> {
  const giveUpAtMs = clock.nowMs() + START_PATIENCE_MS
  let how: Up['how'] = 'adopted'
  let launched: Launched | undefined
  while (clock.nowMs() < giveUpAtMs) {
    signal?.throwIfAborted()
    const found = findPostmaster(placement.dataDir)
    const connection = connectionTo(found?.socketDir ?? '')
    if (found?.isReady && (await answers(connection))) return { connection, how, pid: found.pid }
    if (found === undefined && launched === undefined) {
      const binDir = await findBinDir(placement)
      how = (await createCluster({ ...placement, binDir })) ? 'created' : 'started'
      launched = launch(placement, { binDir, settings: { ...SETTINGS, ...settings } })
    } else if (found === undefined && launched?.hasEnded()) {
      launched.throwUnlessTransient()
      await clock.sleep(RELAUNCH_MS, signal)
      launched = launched.again()
    }
    await clock.sleep(POLL_MS, signal)
  }
  const reason = `no answer for ${START_PATIENCE_MS / 1000} s`
  throw new PostgresStartError({ reason, dir: placement.root })
}

async function findBinDir({ root, account }: Placement): Promise<string> {
  const copyDir = root.startsWith('/var/lib/') ? path.dirname(root) : root
  return await prepareBinaries(await findBinaries(), { account, copyDir })
}

/** The form that libpq and `pg` share. */
function connectionTo(socketDir: string): string {
  return `postgresql://postgres@/postgres?host=${encodeURIComponent(socketDir)}`
}

async function answers(connection: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: connection, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function waitForEnd(pid: number, dataDir: string, clock: Clock): Promise<void> {
  while (isPostmaster(pid, dataDir)) await clock.sleep(200)
}

async function stopPostmaster(
  pid: number,
  dataDir: string,
  { log, clock }: { log: Logger; clock: Clock },
): Promise<void> {
  // SIGINT checkpoints and ends; SIGQUIT ends at once and leaves recovery to the next start.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isPostmaster(pid, dataDir)) return
    if (signal !== 'SIGINT') log.warn('database server is slow to stop', { pid, next: signal })
    process.kill(pid, signal)
    const giveUpAtMs = clock.nowMs() + STOP_PATIENCE_MS
    while (isPostmaster(pid, dataDir) && clock.nowMs() < giveUpAtMs) await clock.sleep(POLL_MS)
  }
}
