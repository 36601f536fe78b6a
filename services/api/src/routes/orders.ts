import type { OpenAPIHono } from '@hono/zod-openapi'
import { BaseError, nowSec } from '@millrace/base'
import {
  zAddress,
  zBookOrder,
  zMatchAnswer,
  zMatchQuestion,
  zOrderHash,
  zSignedOrder,
} from '@millrace/wire'
import { z } from 'zod'
import { type Accepted, acceptOrder } from '../book/acceptOrder.ts'
import { readOrder, readOrders } from '../book/bookTable.ts'
import { findMatch } from '../book/findMatch.ts'
import type { RouteDeps } from '../deps.ts'
import { NotFoundError } from '../errors.ts'
import { zPaging } from '../http/fields.ts'
import { addRoute, zPageOf } from '../http/route.ts'

/** The order book. */
export function addOrderRoutes(app: OpenAPIHono, deps: RouteDeps): void {
  const { database, clock } = deps
  addRoute(app, {
    method: 'get',
    path: '/orders',
    tag: 'orders',
    summary:
      'Orders of the book, newest first. open=true leaves only those that can be matched now.',
    query: z.strictObject({
      ...zPaging,
      kind: z.enum(['app', 'dataset', 'pool', 'request']).optional(),
      app: zAddress.optional(),
      dataset: zAddress.optional(),
      pool: zAddress.optional(),
      requester: zAddress.optional(),
      open: zFlag.optional(),
    }),
    answer: zPageOf(zBookOrder),
    handle: ({ query }) => readOrders(database, query, nowSec(clock)),
  })
  addRoute(app, {
    method: 'get',
    path: '/orders/{hash}',
    tag: 'orders',
    summary: 'One order by its EIP-712 hash.',
    params: z.object({ hash: zOrderHash }),
    answer: zBookOrder,
    handle: async ({ params }) => {
      const order = await readOrder(database, params.hash, nowSec(clock))
      if (order === undefined) throw new NotFoundError({ what: 'order', id: params.hash })
      return order
    },
  })
  addRoute(app, {
    method: 'post',
    path: '/orders',
    tag: 'orders',
    summary: 'Puts a signed order into the book. The same order again changes nothing.',
    body: zSignedOrder,
    answer: zBookOrder,
    handle: async ({ body }) => (await post(deps, body)).order,
  })
  addRoute(app, {
    method: 'post',
    path: '/match',
    tag: 'orders',
    summary:
      'The best ranked or weighed, then the cheapest orders that fit a request, signed or not, or every reason why none does.',
    body: zMatchQuestion,
    answer: zMatchAnswer,
    handle: ({ body }) => findMatch(deps, body),
  })
}

const zFlag = z.enum(['true', 'false']).transform((value) => value === 'true')

async function post(deps: RouteDeps, body: z.output<typeof zSignedOrder>): Promise<Accepted> {
  const { metrics, tail, log } = deps
  try {
    const accepted = await acceptOrder(deps, body)
    if (accepted.isNew) {
      metrics.orderPosted(body.kind)
      tail.poke()
      log.info('order posted', { kind: body.kind, hash: accepted.order.hash })
    }
    return accepted
  } catch (error) {
    metrics.orderRefused(error instanceof BaseError ? error.code : 'INTERNAL')
    throw error
  }
}
