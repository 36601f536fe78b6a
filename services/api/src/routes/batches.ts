import type { OpenAPIHono } from '@hono/zod-openapi'
import { nowSec } from '@millrace/base'
import { type BatchTimes, readBatch, readBatches } from '@millrace/indexer/schema'
import { zAddress, zBatchRow, zBigint } from '@millrace/wire'
import { z } from 'zod'
import type { RouteDeps } from '../deps.ts'
import { NotFoundError } from '../errors.ts'
import { zPaging } from '../http/fields.ts'
import { addRoute, zPageOf } from '../http/route.ts'

export function addBatchRoutes(app: OpenAPIHono, { database, clock, parameters }: RouteDeps): void {
  const times = async (): Promise<BatchTimes> => {
    const { settleWindowSec } = await parameters.read()
    return { nowSec: nowSec(clock), settleWindowSec }
  }
  addRoute(app, {
    method: 'get',
    path: '/batches',
    tag: 'batches',
    summary: 'Batches, the one changed last first.',
    query: z.strictObject({ ...zPaging, pool: zAddress.optional() }),
    answer: zPageOf(zBatchRow),
    handle: async ({ query }) => readBatches(database, { ...query, ...(await times()) }),
  })
  addRoute(app, {
    method: 'get',
    path: '/batches/{pool}/{nonce}',
    tag: 'batches',
    summary: 'One batch of a pool.',
    params: z.object({ pool: zAddress, nonce: zBigint }),
    answer: zBatchRow,
    handle: async ({ params: { pool, nonce } }) => {
      const batch = await readBatch(database, { pool, nonce, ...(await times()) })
      if (batch === undefined) throw new NotFoundError({ what: `batch ${nonce} of pool`, id: pool })
      return batch
    },
  })
}
