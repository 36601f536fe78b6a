import { createServer, type Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { BaseError, type Clock, type Logger } from '@millrace/base'
import type { ReadClient } from '@millrace/chain'
import { type Database, migrate } from '@millrace/database'
import { type IndexFeed, MARKET_MIGRATIONS } from '@millrace/indexer/schema'
import { createApp } from './createApp.ts'
import type { ApiConfig } from './deps.ts'
import { createEventTail } from './events/eventTail.ts'
import { createMetrics } from './metrics.ts'
import { createParameterCache } from './parameterCache.ts'

export type ApiDeps = {
  client: ReadClient
  /** Schema `market`, which the indexer fills. */
  database: Database
  /** Of the indexer in this process. */
  feed: IndexFeed
  clock: Clock
  log: Logger
  signal: AbortSignal
}

/** The address cannot be listened on. */
export class ListenError extends BaseError {
  readonly code = 'LISTEN_FAILED'
  constructor({ host, port, cause }: { host: string; port: number; cause: Error }) {
    super(`Cannot listen on ${host}:${port}: ${cause.message}.`, {
      meta: { host, port },
      hints: ['Is another program using this port? Choose another one, or 0 for any free one.'],
      docs: 'listen-failed',
      cause,
    })
  }
}

export type Api = {
  /** Without a slash at the end. */
  url: string
  /** Resolves when the signal aborted and all connections are closed. */
  closed: Promise<void>
}

/**
 * Serves the market's HTTP API and status page until the signal aborts.
 *
 * @throws {ListenError} `LISTEN_FAILED`
 */
export async function startApi(config: ApiConfig, deps: ApiDeps): Promise<Api> {
  const { client, database, feed, clock, log, signal } = deps
  await migrate(database, MARKET_MIGRATIONS)
  const tail = await createEventTail({ database, feed, log, signal })
  const metrics = createMetrics(feed)
  const parameters = createParameterCache(client, clock)
  const app = createApp({ ...deps, config, tail, metrics, parameters })
  const server = createAdaptorServer({ fetch: app.fetch, createServer }) as Server
  const port = await listen(server, config)
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
  log.info('api listens', { url })
  return { url, closed: closeOn(signal, server) }
}

function listen(server: Server, { host, port }: ApiConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: Error) => reject(new ListenError({ host, port, cause })))
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function closeOn(signal: AbortSignal, server: Server): Promise<void> {
  return new Promise((resolve) => {
    const close = () => {
      server.close(() => resolve())
      // Streams of events would hold it open for ever.
      server.closeAllConnections()
    }
    if (signal.aborted) close()
    else signal.addEventListener('abort', close, { once: true })
  })
}
