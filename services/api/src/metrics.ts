import type { IndexFeed } from '@millrace/indexer/schema'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type ApiMetrics = {
  registry: Registry
  /** Times every request by route, never by path: paths have ids in them. */
  observe: MiddlewareHandler
  orderPosted(kind: string): void
  orderRefused(code: string): void
  streamOpened(): void
  streamClosed(): void
}

/** One registry per API, so that tests may have several. */
export function createMetrics(feed: IndexFeed): ApiMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'millrace_api_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  })
  const posted = new Counter({
    name: 'millrace_api_orders_total',
    help: 'Orders taken into the book.',
    labelNames: ['kind'],
    registers,
  })
  const refused = new Counter({
    name: 'millrace_api_orders_refused_total',
    help: 'Orders refused on entry, by error code.',
    labelNames: ['code'],
    registers,
  })
  const streams = new Gauge({
    name: 'millrace_api_event_streams',
    help: 'Open streams of GET /events.',
    registers,
  })
  gaugeOf(registry, 'millrace_index_block', 'Last block in the tables.', () => feed.status().number)
  gaugeOf(
    registry,
    'millrace_index_rollbacks',
    'Reorganisations undone.',
    () => feed.status().rollbacks,
  )
  gaugeOf(
    registry,
    'millrace_index_rebuilds',
    'Rebuilds from the first block.',
    () => feed.status().rebuilds,
  )
  gaugeOf(registry, 'millrace_index_following', '1 while the index follows the chain.', () =>
    feed.status().state === 'following' ? 1 : 0,
  )
  return {
    registry,
    observe: async (c, next) => {
      const stop = requests.startTimer({ method: c.req.method })
      await next()
      stop({ route: routePath(c, -1), status: `${c.res.status}` })
    },
    orderPosted: (kind) => posted.inc({ kind }),
    orderRefused: (code) => refused.inc({ code }),
    streamOpened: () => streams.inc(),
    streamClosed: () => streams.dec(),
  }
}

function gaugeOf(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}
