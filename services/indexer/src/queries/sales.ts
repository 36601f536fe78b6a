import type { Address, Hex32, UnixSeconds } from '@millrace/base'
import type { Sql } from '@millrace/database'
import {
  type FileSaleRow,
  type ServiceSaleRow,
  zFileSaleRow,
  zServiceSaleRow,
} from '@millrace/wire'
import { createFilter, type Page, type PageRequest, pageOf } from './page.ts'

export type SaleFilter = {
  seller?: Address | undefined
  buyer?: Address | undefined
  arbiter?: Address | undefined
  /** Leaves out sales that are over, and offers that nobody can take any more at this time. */
  openAt?: UnixSeconds | undefined
}

/** Files that are or were on sale, newest first. */
export const readFileSaleRows = (
  sql: Sql,
  request: SaleFilter & PageRequest,
): Promise<Page<FileSaleRow>> => readSales(sql, FILES, request)

/** Services that are or were on sale, newest first. */
export const readServiceSaleRows = (
  sql: Sql,
  request: SaleFilter & PageRequest,
): Promise<Page<ServiceSaleRow>> => readSales(sql, SERVICES, request)

export const readFileSaleRow = (sql: Sql, offerId: Hex32): Promise<FileSaleRow | undefined> =>
  readSale(sql, FILES, offerId)

export const readServiceSaleRow = (sql: Sql, offerId: Hex32): Promise<ServiceSaleRow | undefined> =>
  readSale(sql, SERVICES, offerId)

type Kind<Row> = { name: 'file' | 'service'; schema: { parse(value: unknown): Row } }
const FILES: Kind<FileSaleRow> = { name: 'file', schema: zFileSaleRow }
const SERVICES: Kind<ServiceSaleRow> = { name: 'service', schema: zServiceSaleRow }

async function readSales<Row>(
  sql: Sql,
  { name, schema }: Kind<Row>,
  { seller, buyer, arbiter, openAt, after, limit }: SaleFilter & PageRequest,
): Promise<Page<Row>> {
  const filter = createFilter()
  filter.where('kind = ?', name)
  filter.where('seller = ?', seller)
  filter.where('buyer = ?', buyer)
  filter.where('arbiter = ?', arbiter)
  filter.where(`stage <> 'ended' and (stage <> 'offered' or until > ?)`, openAt)
  filter.where('position < ?', after)
  const rows = await sql.query<SaleRecord>(
    `select * from sales ${filter.clause()} order by position desc limit ${filter.place(limit + 1)}`,
    filter.values,
  )
  const page = pageOf(rows, limit, ({ position }) => `${position}`)
  return { ...page, items: page.items.map((row) => schema.parse(jsonOf(row))) }
}

async function readSale<Row>(
  sql: Sql,
  { name, schema }: Kind<Row>,
  offerId: Hex32,
): Promise<Row | undefined> {
  const [row] = await sql.query<SaleRecord>(
    'select * from sales where offer_id = $1 and kind = $2',
    [offerId, name],
  )
  return row === undefined ? undefined : schema.parse(jsonOf(row))
}

type SaleRecord = {
  offer_id: string
  seller: string
  buyer: string
  terms: unknown
  uri: string
  stage: string
  until: bigint
  content: string
  refusal: string
  appeal: string
  outcome: string
  provider_bps: bigint
  position: bigint
}

/** In the form of the wire, whose schemas give the types; an empty text stands for nothing yet. */
function jsonOf({ offer_id, until, provider_bps, outcome, ...row }: SaleRecord) {
  const { seller, terms, uri, stage, buyer, content, refusal, appeal } = row
  const later = Object.entries({ buyer, content, refusal, appeal, outcome })
  return {
    ...{ offerId: offer_id, seller, terms, uri, stage, until: Number(until) },
    ...Object.fromEntries(later.filter(([, value]) => value !== '')),
    ...(outcome === '' ? {} : { providerBps: Number(provider_bps) }),
  }
}
