// What the API may know of the index: its tables by way of read queries, and its feed.
export type { IndexFeed, IndexStatus } from './feed.ts'
export {
  type NumberedEvent,
  readAnnouncements,
  readLastAnnouncementId,
} from './queries/announcements.ts'
export { type AppealFilter, readAppeal, readAppeals } from './queries/appeals.ts'
export { type BatchTimes, readBatch, readBatches } from './queries/batches.ts'
export { type DealFilter, readDeal, readDeals } from './queries/deals.ts'
export { createFilter, type Page, type PageRequest, pageOf } from './queries/page.ts'
export {
  type AssetFilter,
  type IndexedAsset,
  readAccountRow,
  readAssetAds,
  readAssetById,
  readAssets,
  readWorker,
  readWorkers,
} from './queries/parties.ts'
export { type EndedDeal, type PoolRecord, readPoolRecords } from './queries/poolRecords.ts'
export {
  readFileSaleRow,
  readFileSaleRows,
  readServiceSaleRow,
  readServiceSaleRows,
  type SaleFilter,
} from './queries/sales.ts'
export { readDealTask, readDealTasks, readSettledTask, type TaskFilter } from './queries/tasks.ts'
export { writeAnnouncements } from './store/applyBlock.ts'
export { MARKET_MIGRATIONS } from './tables/migrations.ts'
