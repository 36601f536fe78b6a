import type { OpenAPIHono } from '@hono/zod-openapi'
import { nowSec } from '@millrace/base'
import {
  readFileSaleRow,
  readFileSaleRows,
  readServiceSaleRow,
  readServiceSaleRows,
} from '@millrace/indexer/schema'
import { zAddress, zFileSaleRow, zHex32, zServiceSaleRow } from '@millrace/wire'
import { z } from 'zod'
import type { RouteDeps } from '../deps.ts'
import { NotFoundError } from '../errors.ts'
import { zPaging } from '../http/fields.ts'
import { addRoute, zPageOf } from '../http/route.ts'

const zParties = { seller: zAddress.optional(), buyer: zAddress.optional() }
/** Leaves out what is over, and offers whose time has passed. */
const zOpen = { open: z.literal('true').optional() }
const zOffer = z.object({ offerId: zHex32 })

/** Files and services on sale. */
export function addSaleRoutes(app: OpenAPIHono, { database, clock }: RouteDeps): void {
  const openAt = (open: 'true' | undefined) => (open === undefined ? undefined : nowSec(clock))
  addRoute(app, {
    method: 'get',
    path: '/files',
    tag: 'sales',
    summary: 'Files on sale by fair exchange, and those that were; newest first.',
    query: z.strictObject({ ...zPaging, ...zParties, ...zOpen }),
    answer: zPageOf(zFileSaleRow),
    handle: ({ query: { open, ...query } }) =>
      readFileSaleRows(database, { ...query, openAt: openAt(open) }),
  })
  addRoute(app, {
    method: 'get',
    path: '/files/{offerId}',
    tag: 'sales',
    summary: 'One sale of a file.',
    params: zOffer,
    answer: zFileSaleRow,
    handle: async ({ params: { offerId } }) =>
      found(await readFileSaleRow(database, offerId), 'sale of a file', offerId),
  })
  addRoute(app, {
    method: 'get',
    path: '/services',
    tag: 'sales',
    summary: 'Pieces of work on sale, and those that were; newest first.',
    query: z.strictObject({
      ...{ ...zPaging, ...zParties, ...zOpen },
      arbiter: zAddress.optional(),
    }),
    answer: zPageOf(zServiceSaleRow),
    handle: ({ query: { open, ...query } }) =>
      readServiceSaleRows(database, { ...query, openAt: openAt(open) }),
  })
  addRoute(app, {
    method: 'get',
    path: '/services/{offerId}',
    tag: 'sales',
    summary: 'One sale of a service.',
    params: zOffer,
    answer: zServiceSaleRow,
    handle: async ({ params: { offerId } }) =>
      found(await readServiceSaleRow(database, offerId), 'sale of a service', offerId),
  })
}

function found<Row>(row: Row | undefined, what: string, id: string): Row {
  if (row === undefined) throw new NotFoundError({ what, id })
  return row
}
