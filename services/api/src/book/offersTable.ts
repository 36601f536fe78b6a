import { type Address, type UnixSeconds, ZERO_ADDRESS } from '@millrace/base'
import type { Sql } from '@millrace/database'
import type { RequestOrder } from '@millrace/protocol'
import type { BookOrder } from '@millrace/wire'
import { IS_OPEN, type Row, SELECT, toBookOrder } from './bookTable.ts'

/** Open orders that may serve a request, by side; those that fit best come first. */
export type Offers = { app: BookOrder[]; dataset: BookOrder[]; pool: BookOrder[] }

const MAX_APPS = 20
const MAX_DATASETS = 5
const MAX_POOLS = 100

/**
 * The cheapest open orders of each side, those within the request's limits before the others. The
 * rest of the book cannot win; of it only the best misfits are returned, to say why.
 */
export async function readOffers(
  sql: Sql,
  { request, nowSec }: { request: RequestOrder; nowSec: UnixSeconds },
): Promise<Offers> {
  const toOrders = (rows: Row[]) => rows.map((row) => toBookOrder(row, nowSec))
  const ofAsset = async (kind: 'app' | 'dataset', max: bigint, limit: number) => {
    if (request[kind] === ZERO_ADDRESS) return []
    const rows = await sql.query<Row>(assetOffers(kind), [request[kind], nowSec, max, limit])
    return toOrders(rows)
  }
  const [app, dataset, pool] = await Promise.all([
    ofAsset('app', request.maxAppPrice, MAX_APPS),
    ofAsset('dataset', request.maxDatasetPrice, MAX_DATASETS),
    sql.query<Row>(POOL_OFFERS, poolValues(request, nowSec)).then(toOrders),
  ])
  return { app, dataset, pool }
}

function assetOffers(kind: 'app' | 'dataset'): string {
  return `${SELECT} where o.kind = '${kind}' and o.${kind} = $1 and ${IS_OPEN.replace('$now', '$2')}
    order by (o.price <= $3) desc, ${restrictions('onlyPool', 'onlyRequester')}, o.price, o.id
    limit $4`
}

function poolValues(request: RequestOrder, nowSec: UnixSeconds): unknown[] {
  const { maxPoolPrice, fuel, memoryMiB, diskMiB, wallSec, minOdds, minStake, onlyPool } = request
  const { slaBps, taskSec } = request
  const asked: Address | null = onlyPool === ZERO_ADDRESS ? null : onlyPool
  return [
    nowSec,
    maxPoolPrice,
    fuel,
    memoryMiB,
    diskMiB,
    wallSec,
    minOdds,
    minStake,
    asked,
    MAX_POOLS,
    slaBps,
    taskSec,
  ]
}

/** Unrestricted orders first: a book full of offers for others must not hide one for everybody. */
function restrictions(...fields: string[]): string {
  return fields.map((field) => `(${text(field)} <> '${ZERO_ADDRESS}')::int`).join(' + ')
}

const text = (field: string): string => `(o.signed -> 'order' ->> '${field}')`
const number = (field: string): string => `${text(field)}::numeric`

const POOL_OFFERS = `${SELECT} where o.kind = 'pool' and ${IS_OPEN.replace('$now', '$1')}
  order by (o.price <= $2 and ${number('fuel')} >= $3 and ${number('memoryMiB')} >= $4
      and ${number('diskMiB')} >= $5 and ${number('wallSec')} >= $6 and ${number('maxOdds')} >= $7
      and ${number('stake')} >= $8 and ($9::text is null or o.pool = $9)
      and ($11 = 0 or (${number('slaBps')} >= $11 and ${number('taskSec')} between 1 and $12))) desc,
    ${restrictions('onlyApp', 'onlyDataset', 'onlyRequester')}, o.price, o.id
  limit $10`
