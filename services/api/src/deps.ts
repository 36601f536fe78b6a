import type { Clock, Logger } from '@millrace/base'
import type { ReadClient } from '@millrace/chain'
import type { Database } from '@millrace/database'
import type { IndexFeed } from '@millrace/indexer/schema'
import type { EventTail } from './events/eventTail.ts'
import type { ApiMetrics } from './metrics.ts'
import type { ParameterCache } from './parameterCache.ts'

export type ApiConfig = {
  /** Address to listen on; 127.0.0.1 unless the market is meant to be reached from elsewhere. */
  host: string
  /** 0 takes a free one. */
  port: number
  /** Of this market, shown to people. */
  name: string
  version: string
  /** As clients reach them. */
  rpcUrl: string
  storageUrl: string
  /** Requests a second and address; default 500, in bursts of 2000. */
  requestsPerSec?: number
}

/** What route handlers work with. */
export type RouteDeps = {
  config: ApiConfig
  client: ReadClient
  /** Schema `market`. */
  database: Database
  feed: IndexFeed
  tail: EventTail
  metrics: ApiMetrics
  parameters: ParameterCache
  clock: Clock
  log: Logger
  signal: AbortSignal
}
