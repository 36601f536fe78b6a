import { createServer, type Server } from 'node:http'
import path from 'node:path'
import {
  type Address,
  type Clock,
  isRetryable,
  type Logger,
  type Random,
  retry,
  systemClock,
  systemRandom,
} from '@millrace/base'
import {
  createWriteClient,
  type ReadClient,
  readOperator,
  readParameters,
  type WriteClient,
  workDomain,
} from '@millrace/chain'
import { sqliteOutboxStore } from '@millrace/chain/node'
import { type Database, type LeaderLock, migrate, tryLeaderLock } from '@millrace/database'
import { httpBlobStore } from '@millrace/storage'
import type { PoolConfig } from './config.ts'
import { DEFAULT_POLICY } from './core/policy.ts'
import type { PoolState } from './core/state.ts'
import { createEffects } from './effects/carryOut.ts'
import { LeadershipLostError, ListenError, NotPoolOperatorError } from './errors.ts'
import { runChainFeed } from './feeds/chainFeed.ts'
import { createSessionServer } from './feeds/sessionServer.ts'
import { createMetrics } from './http/metrics.ts'
import { createRequestHandler } from './http/requestHandler.ts'
import { type Journal, openJournal } from './journal/journal.ts'
import { POOL_MIGRATIONS } from './journal/migrations.ts'
import { createDealHistory } from './qos/dealHistory.ts'
import { createReactor } from './reactor.ts'

export type PoolDeps = { signal: AbortSignal; log: Logger; clock?: Clock; random?: Random }

export type Pool = {
  /** Origin of sessions (path /session) and of the HTTP side; without a slash at the end. */
  url: string
  /** Resolves when the pool has stopped; rejects with why it could not go on. */
  closed: Promise<void>
}

type Parts = Required<PoolDeps> & { config: PoolConfig }

const MIB = 1024 * 1024
const STANDBY_MS = 500

/**
 * Starts a pool: becomes its leader (or stands by until the leader is gone), loads the journal, catches
 * up with the chain, takes up what was under way, and serves workers until the signal aborts. It can be
 * killed at any point; the next start goes on.
 *
 * @throws {ListenError} `LISTEN_FAILED`
 * @throws {NotPoolOperatorError} `NOT_POOL_OPERATOR`
 */
export async function startPool(config: PoolConfig, deps: PoolDeps): Promise<Pool> {
  const { pool } = config
  const log = deps.log.child({ pool })
  const end = new AbortController()
  const signal = AbortSignal.any([deps.signal, end.signal])
  const parts = { clock: systemClock, random: systemRandom, ...deps, log, signal, config }
  const outbox = sqliteOutboxStore(path.join(config.home, 'outbox.sqlite'), parts)
  try {
    const client = openClient(parts, outbox)
    await migrate(config.database, POOL_MIGRATIONS)
    const lock = await lead(parts)
    await checkOperator(parts, client)
    const { state, journal } = await openJournal(pool, { ...parts, database: config.database })
    const served = await serve({ ...parts, client, state, journal, lock })
    const run = async (): Promise<void> => {
      try {
        await served.run
      } finally {
        end.abort()
        await served.closed
        await lock.release()
        outbox.close()
        log.info('pool stopped', {})
      }
    }
    return { url: served.url, closed: run() }
  } catch (error) {
    end.abort()
    outbox.close()
    throw error
  }
}

function openClient(
  { config, clock, random, log, signal }: Parts,
  outbox: ReturnType<typeof sqliteOutboxStore>,
): WriteClient {
  const { rpcUrl, contracts, account, chainId, confirmations, pollMs } = config
  return createWriteClient({
    rpcUrl,
    contracts,
    account,
    outbox,
    clock,
    random,
    log,
    signal,
    ...(chainId === undefined ? {} : { chainId }),
    ...(confirmations === undefined ? {} : { confirmations }),
    ...(pollMs === undefined ? {} : { pollMs }),
  })
}

/** One process leads a pool; any other waits for it to end. */
async function lead({ config, clock, log, signal }: Parts): Promise<LeaderLock> {
  const patience = { clock, attempts: Infinity, firstDelayMs: 100, maxDelayMs: 1000, signal }
  let isWaiting = false
  for (;;) {
    const lock = await retry(() => tryLock(config.database, config.pool), patience)
    if (lock !== undefined) return lock
    if (!isWaiting) log.info('another process leads this pool, standing by', {})
    isWaiting = true
    await clock.sleep(STANDBY_MS, signal)
  }
}

function tryLock(database: Database, pool: Address): Promise<LeaderLock | undefined> {
  return tryLeaderLock(database, `pool ${pool}`)
}

async function checkOperator(
  { config, clock, signal }: Parts,
  client: ReadClient & { address: Address },
): Promise<void> {
  const { pool } = config
  const patience = { clock, attempts: Infinity, firstDelayMs: 100, maxDelayMs: 1000, signal }
  const isOperator = await retry(() => readOperator(client, { pool, who: client.address }), {
    ...patience,
    when: isRetryable,
  })
  if (!isOperator) throw new NotPoolOperatorError({ pool, account: client.address })
}

type Running = Parts & {
  client: WriteClient
  state: PoolState
  journal: Journal
  lock: LeaderLock
}

async function serve(
  running: Running,
): Promise<{ url: string; run: Promise<void>; closed: Promise<void> }> {
  const { config, clock, random, log, signal, client, state, journal } = running
  const { pool, account, storageUrl } = config
  const policy = { ...DEFAULT_POLICY, ...config.policy }
  const metrics = createMetrics(() => state)
  const history = createDealHistory()
  const emit = (event: Parameters<typeof reactor.emit>[0]): void => reactor.emit(event)
  const sessions = createSessionServer({
    signer: { account, pool, domain: workDomain(client) },
    storageUrl,
    heartbeatMs: policy.heartbeatMs,
    maxSessions: config.maxSessions ?? 20_000,
    clock,
    random,
    log,
    metrics,
    emit,
  })
  const carryOut = createEffects({
    client,
    pool,
    storage: httpBlobStore({ url: storageUrl }, { clock }),
    sessions,
    clock,
    log,
    metrics,
    signal,
    maxResultBytes: (config.maxResultMiB ?? 512) * MIB,
    emit,
  })
  const reactor = createReactor({
    state,
    journal,
    policy,
    clock,
    random,
    log,
    metrics,
    history,
    signal,
    carryOut,
  })
  const handler = createRequestHandler({
    state,
    policy,
    clock,
    metrics,
    history,
    log,
    saboteurBps: async () => (await readParameters(client)).saboteurBps,
  })
  const server = createServer(handler)
  server.on('upgrade', (request, socket, head) => {
    if (pathOf(request.url) === '/session') sessions.upgrade(request, socket, head)
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n')
  })
  const url = await listen(server, config)
  const feed = runChainFeed({
    client,
    pool,
    cursor: state.cursor,
    fromBlock: config.fromBlock ?? 0,
    log,
    signal,
    emit,
    onCaughtUp: () => {
      reactor.resume()
      emit({ kind: 'caughtUp' })
      sessions.open()
      log.info('pool ready', { url, deals: state.index.openDeals.size, tasks: state.tasks.size })
    },
  })
  const lost = lostOf(running)
  const run = Promise.race([reactor.run(), feed, lost])
  const closed = closeOn(signal, server, () => sessions.stop())
  return { url, run, closed }
}

function pathOf(url = '/'): string {
  return url.split('?', 1)[0] ?? '/'
}

/** Without the lock another process may lead: this one must not say a word more. */
function lostOf({ lock, signal, config }: Running): Promise<void> {
  const { pool } = config
  return new Promise((_, reject) => {
    const lose = (): void => {
      if (!signal.aborted) reject(new LeadershipLostError({ pool }))
    }
    lock.lost.addEventListener('abort', lose, { once: true })
    if (lock.lost.aborted) lose()
  })
}

function listen(server: Server, { host, port }: PoolConfig): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: Error) => reject(new ListenError({ host, port, cause })))
    server.listen(port, host, () => {
      const bound = server.address()
      const actual = typeof bound === 'object' && bound !== null ? bound.port : port
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${actual}`)
    })
  })
}

function closeOn(signal: AbortSignal, server: Server, stop: () => void): Promise<void> {
  return new Promise((resolve) => {
    const close = (): void => {
      stop()
      server.close(() => resolve())
      server.closeAllConnections()
    }
    if (signal.aborted) close()
    else signal.addEventListener('abort', close, { once: true })
  })
}
