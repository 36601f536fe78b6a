export {
  type FoundApp,
  findApp,
  isListed,
  type PublishAppParameters,
  type PublishedApp,
  parseManifest,
  publishApp,
  readManifest,
  registerApp,
  sellApp,
} from './apps.ts'
export {
  type BuildDeliveryOptions,
  buildDelivery,
  requireRequest,
  resultOf,
} from './buildDelivery.ts'
export {
  ANY_PRICE,
  type BuildRequestParameters,
  buildRequest,
  type ServiceLevel,
  type Trust,
  withAd,
} from './buildRequest.ts'
export { carryRequest, type PlacedRequest } from './carryRequest.ts'
export { type AdValue, textOfAd, wholeOfAd, writeAd } from './classAd.ts'
export { type Client, type ClientOptions, createClient, walletOf } from './client.ts'
export {
  type Collected,
  type CollectOptions,
  collectResults,
  fetchResults,
} from './collectResults.ts'
export { type CourierJournal, type CourierOptions, runCourier } from './courier.ts'
export { createOrder, type OrderOf, publishOrder, type SignedRequest } from './createOrder.ts'
export {
  datasetCid,
  type PublishDatasetParameters,
  type PublishedDataset,
  publishDataset,
  requireDataset,
} from './datasets.ts'
export { type DeliverTaskOptions, deliverTask, type TaskDelivery } from './deliverTask.ts'
export {
  AmbiguousAppError,
  BadAnswerError,
  CallPlacesNothingError,
  DeliveryUnprovableError,
  MatchFailedError,
  NoOfferFitsError,
  NotEnoughMoneyError,
  PriceAboveLimitError,
  RequestUnknownError,
  ResultMismatchError,
  ResultMissingError,
  SealedFileMismatchError,
  ServiceUnreachableError,
  UnknownAppError,
  WrongChunkError,
} from './errors.ts'
export { fetchResult, maxArchiveBytes, type VerifiedResult, verifyResult } from './fetchResult.ts'
export { checkSealed } from './files/checkSealed.ts'
export {
  type FileSale,
  findFileSale,
  listFileSales,
  readFileKey,
  waitForSale,
} from './files/fileSales.ts'
export { buildComplaint, openSealed } from './files/openSealed.ts'
export { type SealedFacts, sealFile } from './files/sealFile.ts'
export {
  leastDeposit,
  type OfferedFile,
  revealFileKey,
  type SellFileParameters,
  sellFile,
} from './files/sellFile.ts'
export { findDeals } from './findDeals.ts'
export { type HttpContext, requestJson } from './http.ts'
export { makeDeal, type OpenedDeal } from './makeDeal.ts'
export { type PackBagParameters, type PackedBag, packBag, putInput, taskOfBag } from './packBag.ts'
export { poolUrlOf } from './poolUrl.ts'
export {
  explainTask,
  explainWorker,
  getAccount,
  getApp,
  getAppeal,
  getBatch,
  getDeal,
  getInfo,
  getOrder,
  getPool,
  getProgress,
  getTask,
  listAppeals,
  listApps,
  listDatasets,
  listDeals,
  listOrders,
  listPools,
  listSessions,
  listTasks,
  listWorkers,
  type MarketContext,
  waitForIndex,
} from './queries.ts'
export {
  atQuotedPrice,
  fittingDeadline,
  type Match,
  type Preferences,
  priceOf,
  quote,
  requireMatch,
} from './quote.ts'
export { digestOf, type JobReceipt, type Payment, readJobReceipt } from './receipt.ts'
export type { Sale, SaleQuery } from './sales.ts'
export { findServiceSale, listServiceSales, type ServiceSale } from './serviceSales.ts'
export {
  deliverWork,
  fetchTask,
  fetchWork,
  type OfferWorkParameters,
  offerWork,
} from './services.ts'
export {
  type FollowedDeal,
  readSettled,
  type Settled,
  type SettledBatch,
  type SettledTask,
} from './settlements.ts'
export {
  type CallSimulation,
  SIMULATED_DEAL,
  type SimulateCallParameters,
  simulateCall,
} from './simulateCall.ts'
export {
  type CallbackSimulation,
  FAILURE_REASON,
  type FailureReason,
  printedResult,
  type SimulateCallbackParameters,
  simulateCallback,
  type TaskRef,
} from './simulateCallback.ts'
export { followEvents, readServerEvents, type ServerEvent } from './sse.ts'
export { cancelRequest, claimRefund } from './stopJob.ts'
export {
  type Balances,
  depositCoins,
  readBalances,
  requireFree,
  withdrawCoins,
} from './wallet.ts'
export {
  type JobOutcome,
  type JobProgress,
  type WatchedJob,
  type WatchOptions,
  watchJob,
} from './watchJob.ts'
