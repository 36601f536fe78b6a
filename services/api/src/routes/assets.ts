import type { OpenAPIHono } from '@hono/zod-openapi'
import { nowSec, wei } from '@millrace/base'
import { type IndexedAsset, readAssetById, readAssets } from '@millrace/indexer/schema'
import { type AssetRow, zAddress, zAssetRow } from '@millrace/wire'
import { z } from 'zod'
import { readBestPrices } from '../book/bookTable.ts'
import type { RouteDeps } from '../deps.ts'
import { NotFoundError } from '../errors.ts'
import { zPaging } from '../http/fields.ts'
import { addRoute, zPageOf } from '../http/route.ts'

const KINDS = [
  { kind: 'app', path: '/apps', what: 'Apps' },
  { kind: 'dataset', path: '/datasets', what: 'Data sets' },
  { kind: 'pool', path: '/pools', what: 'Pools' },
] as const

/** Registered assets with their best price. */
export function addAssetRoutes(app: OpenAPIHono, deps: RouteDeps): void {
  const { database } = deps
  for (const { kind, path, what } of KINDS) {
    addRoute(app, {
      method: 'get',
      path,
      tag: 'assets',
      summary: `${what}, newest first, each with the best price in the book.`,
      query: z.strictObject({ ...zPaging, owner: zAddress.optional() }),
      answer: zPageOf(zAssetRow),
      handle: async ({ query }) => {
        const page = await readAssets(database, { ...query, kind })
        return { ...page, items: await withPrices(deps, kind, page.items) }
      },
    })
    addRoute(app, {
      method: 'get',
      path: `${path}/{asset}`,
      tag: 'assets',
      summary: `One of them by its id.`,
      params: z.object({ asset: zAddress }),
      answer: zAssetRow,
      handle: async ({ params }) => {
        const found = await readAssetById(database, params.asset)
        if (found?.kind !== kind) throw new NotFoundError({ what: kind, id: params.asset })
        const [row] = await withPrices(deps, kind, [found])
        return row
      },
    })
  }
}

async function withPrices(
  { database, clock }: RouteDeps,
  kind: AssetRow['kind'],
  rows: readonly IndexedAsset[],
): Promise<AssetRow[]> {
  const assets = rows.map(({ asset }) => asset)
  const prices = await readBestPrices(database, { kind, assets, nowSec: nowSec(clock) })
  return rows.map((row) => {
    const price = prices.get(row.asset)
    return price === undefined ? row : { ...row, price: wei(price) }
  })
}
