import type { OpenAPIHono } from '@hono/zod-openapi'
import type { DealId } from '@millrace/base'
import {
  readDeal,
  readDeals,
  readDealTask,
  readDealTasks,
  readSettledTask,
} from '@millrace/indexer/schema'
import { zAddress, zDealId, zDealRow, zHex32, zTaskId, zTaskRow } from '@millrace/wire'
import { z } from 'zod'
import type { RouteDeps } from '../deps.ts'
import { NotFoundError } from '../errors.ts'
import { zIndex, zPaging } from '../http/fields.ts'
import { addRoute, zPageOf } from '../http/route.ts'

/** Deals and their tasks. */
export function addDealRoutes(app: OpenAPIHono, { database }: RouteDeps): void {
  addRoute(app, {
    method: 'get',
    path: '/deals',
    tag: 'deals',
    summary: 'Deals, newest first.',
    query: z.strictObject({
      ...zPaging,
      requester: zAddress.optional(),
      pool: zAddress.optional(),
      app: zAddress.optional(),
      requestHash: zHex32.optional(),
      state: z.enum(['open', 'done', 'expired']).optional(),
    }),
    answer: zPageOf(zDealRow),
    handle: ({ query }) => readDeals(database, query),
  })
  addRoute(app, {
    method: 'get',
    path: '/deals/{dealId}',
    tag: 'deals',
    summary: 'One deal.',
    params: z.object({ dealId: zDealId }),
    answer: zDealRow,
    handle: async ({ params: { dealId } }) =>
      (await readDeal(database, dealId)) ?? throwNoDeal(dealId),
  })
  addRoute(app, {
    method: 'get',
    path: '/deals/{dealId}/tasks',
    tag: 'deals',
    summary: 'Tasks of a deal by index, those not settled yet included; `after` is an index.',
    params: z.object({ dealId: zDealId }),
    query: z.strictObject({
      ...zPaging,
      state: z.enum(['open', 'settled', 'expired']).optional(),
    }),
    answer: zPageOf(zTaskRow),
    handle: async ({ params: { dealId }, query }) =>
      (await readDealTasks(database, { dealId, ...query })) ?? throwNoDeal(dealId),
  })
  addRoute(app, {
    method: 'get',
    path: '/deals/{dealId}/tasks/{index}',
    tag: 'deals',
    summary: 'One task of a deal by its index, settled or not.',
    params: z.object({ dealId: zDealId, index: zIndex }),
    answer: zTaskRow,
    handle: async ({ params: { dealId, index } }) => {
      const task = await readDealTask(database, { dealId, index })
      if (task === undefined) throw new NotFoundError({ what: `task ${index} of deal`, id: dealId })
      return task
    },
  })
  addRoute(app, {
    method: 'get',
    path: '/tasks/{taskId}',
    tag: 'deals',
    summary: 'A settled task by its id.',
    params: z.object({ taskId: zTaskId }),
    answer: zTaskRow,
    handle: async ({ params: { taskId } }) => {
      const task = await readSettledTask(database, taskId)
      if (task !== undefined) return task
      const hints = ['A task that is not settled is found at /deals/{dealId}/tasks/{index}.']
      throw new NotFoundError({ what: 'settled task', id: taskId, hints })
    },
  })
}

function throwNoDeal(dealId: DealId): never {
  const hints = ['Just matched? Ask with ?minBlock= and the block of the transaction.']
  throw new NotFoundError({ what: 'deal', id: dealId, hints })
}
