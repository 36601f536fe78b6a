import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { RouteDeps } from './deps.ts'
import { NotFoundError } from './errors.ts'
import { answerError, statusOf } from './http/answer.ts'
import { limitBody, rateLimit } from './http/limits.ts'
import { awaitMinBlock } from './http/minBlock.ts'
import { addPageRoutes } from './page/pageRoutes.ts'
import { addAppealRoutes } from './routes/appeals.ts'
import { addAssetRoutes } from './routes/assets.ts'
import { addBatchRoutes } from './routes/batches.ts'
import { addDealRoutes } from './routes/deals.ts'
import { addEventRoutes } from './routes/events.ts'
import { addInfoRoutes } from './routes/info.ts'
import { addOrderRoutes } from './routes/orders.ts'
import { addPartyRoutes } from './routes/parties.ts'
import { addSaleRoutes } from './routes/sales.ts'

/** Orders are small: what is large belongs in storage. */
const MAX_BODY_BYTES = 64 * 1024

/** All routes of the market's API; works without a port, by `app.request()`. */
export function createApp(deps: RouteDeps): OpenAPIHono {
  const { config, feed, metrics, clock, log } = deps
  const perSec = config.requestsPerSec ?? 500
  const app = new OpenAPIHono()
  app.use(metrics.observe)
  app.use(
    secureHeaders({ strictTransportSecurity: false, crossOriginResourcePolicy: 'cross-origin' }),
  )
  // Everything here is public and nothing is done on behalf of a cookie.
  app.use(cors({ origin: '*', exposeHeaders: ['retry-after'] }))
  app.use(rateLimit({ perSec, burst: 4 * perSec }, clock))
  app.use(limitBody(MAX_BODY_BYTES))
  app.use(awaitMinBlock(feed))
  app.onError((error, c) => {
    if (statusOf(error) === 500)
      log.error('request failed', { path: c.req.path, error: `${error}`, stack: error.stack })
    return answerError(c, error)
  })
  app.notFound((c) => {
    const hints = ['GET /openapi.json lists every route.']
    return answerError(c, new NotFoundError({ what: 'route', id: c.req.path, hints }))
  })
  addInfoRoutes(app, deps)
  addOrderRoutes(app, deps)
  addAssetRoutes(app, deps)
  addDealRoutes(app, deps)
  addBatchRoutes(app, deps)
  addPartyRoutes(app, deps)
  addAppealRoutes(app, deps)
  addSaleRoutes(app, deps)
  addEventRoutes(app, deps)
  addPageRoutes(app, deps)
  return app
}
