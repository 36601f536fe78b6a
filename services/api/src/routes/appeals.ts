import type { OpenAPIHono } from '@hono/zod-openapi'
import { readAppeal, readAppeals } from '@millrace/indexer/schema'
import { zAddress, zAppealRow, zAppealStatus, zDealId, zTaskId } from '@millrace/wire'
import { z } from 'zod'
import type { RouteDeps } from '../deps.ts'
import { NotFoundError } from '../errors.ts'
import { zPaging } from '../http/fields.ts'
import { addRoute, zPageOf } from '../http/route.ts'

/** Disputes on settled results. */
export function addAppealRoutes(app: OpenAPIHono, { database }: RouteDeps): void {
  addRoute(app, {
    method: 'get',
    path: '/appeals',
    tag: 'appeals',
    summary: 'Appeals, newest first.',
    query: z.strictObject({
      ...zPaging,
      dealId: zDealId.optional(),
      pool: zAddress.optional(),
      appellant: zAddress.optional(),
      juror: zAddress.optional(),
      status: zAppealStatus.optional(),
    }),
    answer: zPageOf(zAppealRow),
    handle: ({ query }) => readAppeals(database, query),
  })
  addRoute(app, {
    method: 'get',
    path: '/appeals/{taskId}',
    tag: 'appeals',
    summary: 'The appeal of a task, with its rounds, voters and juries.',
    params: z.object({ taskId: zTaskId }),
    answer: zAppealRow,
    handle: async ({ params: { taskId } }) => {
      const found = await readAppeal(database, taskId)
      if (found !== undefined) return found
      const hints = ['Just opened? Ask with ?minBlock= and the block of the transaction.']
      throw new NotFoundError({ what: 'appeal of task', id: taskId, hints })
    },
  })
}
