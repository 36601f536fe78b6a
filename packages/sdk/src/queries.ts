import type { Address, DealId, OrderHash, TaskId } from '@millrace/base'
import {
  type AccountRow,
  type AppealRow,
  type AssetRow,
  type BatchRow,
  type BookOrder,
  type DealRow,
  type Explanation,
  type Info,
  type Progress,
  type SessionRow,
  type TaskRow,
  type WorkerRow,
  zAccountRow,
  zAppealRow,
  zAssetRow,
  zBatchRow,
  zBookOrder,
  zDealRow,
  zExplanation,
  zInfo,
  zProgress,
  zSessionRow,
  zTaskRow,
  zWorkerRow,
} from '@millrace/wire'
import { type HttpContext, pageOf, requestJson, type Schema, withQuery } from './http.ts'

// Questions to the market's and a pool's HTTP side, one function each. Lists read all pages.

/** A client as far as the market's API is concerned. */
export type MarketContext = HttpContext & { apiUrl: string }
export type Options = { signal?: AbortSignal | undefined }
type Query = Record<string, string | number | boolean | undefined>

const MAX_PAGES = 1000

export const getInfo = (context: MarketContext, options?: Options): Promise<Info> =>
  get(context, '/info', zInfo, options)

/** Returns when the market's tables are true up to a block: what is in it shows in every answer then. */
export const waitForIndex = (
  context: MarketContext,
  block: number,
  options: Options = {},
): Promise<Info> =>
  requestJson(context, withQuery(`${context.apiUrl}/info`, { minBlock: block }), zInfo, options)

export const getDeal = (
  context: MarketContext,
  dealId: DealId,
  options?: Options,
): Promise<DealRow> => get(context, `/deals/${dealId}`, zDealRow, options)

export const listDeals = (
  context: MarketContext,
  query: {
    requester?: Address
    pool?: Address
    app?: Address
    requestHash?: OrderHash
    state?: DealRow['state']
  } = {},
  options?: Options,
): Promise<DealRow[]> => listRows(context, '/deals', zDealRow, { query, ...options })

export const listTasks = (
  context: MarketContext,
  dealId: DealId,
  query: { state?: TaskRow['state'] } = {},
  options?: Options,
): Promise<TaskRow[]> =>
  listRows(context, `/deals/${dealId}/tasks`, zTaskRow, {
    query: { ...query, limit: 1000 },
    ...options,
  })

export const getTask = (
  context: MarketContext,
  taskId: TaskId,
  options?: Options,
): Promise<TaskRow> => get(context, `/tasks/${taskId}`, zTaskRow, options)

export const getBatch = (
  context: MarketContext,
  { pool, nonce }: { pool: Address; nonce: bigint },
  options?: Options,
): Promise<BatchRow> => get(context, `/batches/${pool}/${nonce}`, zBatchRow, options)

export const getAppeal = (
  context: MarketContext,
  taskId: TaskId,
  options?: Options,
): Promise<AppealRow> => get(context, `/appeals/${taskId}`, zAppealRow, options)

export const listAppeals = (
  context: MarketContext,
  query: {
    dealId?: DealId
    pool?: Address
    appellant?: Address
    juror?: Address
    status?: AppealRow['status']
  } = {},
  options?: Options,
): Promise<AppealRow[]> => listRows(context, '/appeals', zAppealRow, { query, ...options })

export const listApps = (context: MarketContext, options?: Options): Promise<AssetRow[]> =>
  listRows(context, '/apps', zAssetRow, options)

export const getApp = (
  context: MarketContext,
  app: Address,
  options?: Options,
): Promise<AssetRow> => get(context, `/apps/${app}`, zAssetRow, options)

export const listDatasets = (context: MarketContext, options?: Options): Promise<AssetRow[]> =>
  listRows(context, '/datasets', zAssetRow, options)

export const listPools = (context: MarketContext, options?: Options): Promise<AssetRow[]> =>
  listRows(context, '/pools', zAssetRow, options)

export const getPool = (
  context: MarketContext,
  pool: Address,
  options?: Options,
): Promise<AssetRow> => get(context, `/pools/${pool}`, zAssetRow, options)

export const listOrders = (
  context: MarketContext,
  query: {
    kind?: 'app' | 'dataset' | 'pool' | 'request'
    app?: Address
    pool?: Address
    requester?: Address
    open?: boolean
  } = {},
  options?: Options,
): Promise<BookOrder[]> => listRows(context, '/orders', zBookOrder, { query, ...options })

export const getOrder = (
  context: MarketContext,
  hash: OrderHash,
  options?: Options,
): Promise<BookOrder> => get(context, `/orders/${hash}`, zBookOrder, options)

export const listWorkers = (context: MarketContext, options?: Options): Promise<WorkerRow[]> =>
  listRows(context, '/workers', zWorkerRow, options)

export const getAccount = (
  context: MarketContext,
  account: Address,
  options?: Options,
): Promise<AccountRow> => get(context, `/accounts/${account}`, zAccountRow, options)

// ---- a pool's own answers; `poolUrl` is its HTTP origin

export const getProgress = (
  context: HttpContext,
  poolUrl: string,
  dealId: DealId,
  options: Options = {},
): Promise<Progress> =>
  requestJson(context, `${poolUrl}/deals/${dealId}/progress`, zProgress, options)

export const explainTask = (
  context: HttpContext,
  poolUrl: string,
  taskId: TaskId,
  options: Options = {},
): Promise<Explanation> =>
  requestJson(context, `${poolUrl}/tasks/${taskId}/explain`, zExplanation, options)

export const explainWorker = (
  context: HttpContext,
  poolUrl: string,
  worker: Address,
  options: Options = {},
): Promise<Explanation> =>
  requestJson(context, `${poolUrl}/workers/${worker}/explain`, zExplanation, options)

export const listSessions = async (
  context: HttpContext,
  poolUrl: string,
  options: Options = {},
): Promise<SessionRow[]> =>
  (await requestJson(context, `${poolUrl}/workers`, pageOf(zSessionRow), options)).items

function get<T>(
  context: MarketContext,
  path: string,
  schema: Schema<T>,
  options: Options = {},
): Promise<T> {
  return requestJson(context, `${context.apiUrl}${path}`, schema, options)
}

/** All rows of a list of the market's API. */
export async function listRows<T>(
  context: MarketContext,
  path: string,
  item: Schema<T>,
  { query = {}, signal }: Options & { query?: Query } = {},
): Promise<T[]> {
  const items: T[] = []
  const schema = pageOf(item)
  let after: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const url = withQuery(`${context.apiUrl}${path}`, { ...query, after })
    const { items: more, next } = await requestJson(context, url, schema, { signal })
    items.push(...more)
    if (next === undefined) break
    after = next
  }
  return items
}
