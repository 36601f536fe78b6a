import type { OpenAPIHono } from '@hono/zod-openapi'
import { readAccountRow, readWorker, readWorkers } from '@millrace/indexer/schema'
import { zAccountRow, zAddress, zWorkerRow } from '@millrace/wire'
import { z } from 'zod'
import type { RouteDeps } from '../deps.ts'
import { NotFoundError } from '../errors.ts'
import { zPaging } from '../http/fields.ts'
import { addRoute, zPageOf } from '../http/route.ts'

/** Workers and accounts. */
export function addPartyRoutes(app: OpenAPIHono, { database }: RouteDeps): void {
  addRoute(app, {
    method: 'get',
    path: '/workers',
    tag: 'parties',
    summary: 'Workers that ever bonded or worked, those with most tasks first.',
    query: z.strictObject({
      ...zPaging,
      after: z
        .string()
        .regex(/^\d{1,18}-0x[0-9a-f]{40}$/, 'must be the `next` of the page before')
        .optional(),
    }),
    answer: zPageOf(zWorkerRow),
    handle: ({ query }) => readWorkers(database, query),
  })
  addRoute(app, {
    method: 'get',
    path: '/workers/{worker}',
    tag: 'parties',
    summary: 'One worker.',
    params: z.object({ worker: zAddress }),
    answer: zWorkerRow,
    handle: async ({ params: { worker } }) => {
      const found = await readWorker(database, worker)
      if (found === undefined) throw new NotFoundError({ what: 'worker', id: worker })
      return found
    },
  })
  addRoute(app, {
    method: 'get',
    path: '/accounts/{account}',
    tag: 'parties',
    summary: 'Balances of an account in escrow; zeros when it never used it.',
    params: z.object({ account: zAddress }),
    answer: zAccountRow,
    handle: ({ params }) => readAccountRow(database, params.account),
  })
}
