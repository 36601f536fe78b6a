import type { OpenAPIHono } from '@hono/zod-openapi'
import { type Info, zInfo } from '@millrace/wire'
import { z } from 'zod'
import type { RouteDeps } from '../deps.ts'
import { checkHealth, readHead, zHealth } from '../health.ts'
import { addRoute } from '../http/route.ts'

/** What clients and operators ask first. */
export function addInfoRoutes(app: OpenAPIHono, deps: RouteDeps): void {
  const { config, client, feed, metrics } = deps
  addRoute(app, {
    method: 'get',
    path: '/info',
    tag: 'service',
    summary: 'All a client needs to take part.',
    answer: zInfo,
    handle: async (): Promise<Info> => {
      const { name, version, rpcUrl, storageUrl } = config
      const { chainId, contracts } = client
      const indexedBlock = Math.max(0, feed.status().number)
      // Without the chain node the rest is still true, and a client needs it to say what is wrong.
      const headBlock = await readHead(client).catch(() => indexedBlock)
      return { name, version, chainId, rpcUrl, storageUrl, contracts, indexedBlock, headBlock }
    },
  })
  addRoute(app, {
    method: 'get',
    path: '/healthz',
    tag: 'service',
    summary: '200 while chain, database and index work, else 503; says which does not.',
    answer: zHealth,
    handle: async (_, c) => {
      const health = await checkHealth(deps)
      return c.json(health, health.ok ? 200 : 503)
    },
  })
  addRoute(app, {
    method: 'get',
    path: '/metrics',
    tag: 'service',
    summary: 'Metrics in the format of Prometheus.',
    answer: z.string(),
    handle: async (_, c) =>
      c.body(await metrics.registry.metrics(), 200, {
        'content-type': metrics.registry.contentType,
      }),
  })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: `${config.name}: market API`,
      version: config.version,
      description:
        'Order book and tables of a Millrace market. Amounts are decimal strings in base units, ' +
        'times are seconds since 1970. Every GET takes minBlock=N and then answers only when the ' +
        'tables are true up to block N. Lists answer { items, next }: pass `next` as `after`.',
    },
  })
}
