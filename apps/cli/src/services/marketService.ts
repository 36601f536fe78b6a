import { startApi } from '@millrace/api'
import { createReadClient } from '@millrace/chain'
import { connectDatabase } from '@millrace/database'
import { startIndexer } from '@millrace/indexer'
import { httpBlobStore } from '@millrace/storage'
import { LOOPBACK } from '../cloud/ports.ts'
import type { RunningService, ServiceDeps } from './runService.ts'
import type { MarketServiceConfig } from './serviceConfig.ts'

/** Indexer and API in one process: they share the tables and the news that these changed. */
export async function startMarketService(
  config: unknown,
  deps: ServiceDeps,
): Promise<RunningService> {
  const {
    rpcUrl,
    chainId,
    contracts,
    port,
    version,
    storageUrl,
    database: url,
  } = config as MarketServiceConfig
  const { signal, log, clock } = deps
  const client = createReadClient({ rpcUrl, chainId, contracts, clock, signal })
  const database = await connectDatabase(url, { schema: 'market' }, { log, clock, signal })
  const blobs = httpBlobStore({ url: storageUrl }, { clock })
  const indexer = await startIndexer({}, { client, database, blobs, clock, log, signal })
  const api = await startApi(
    { host: LOOPBACK, port, name: 'local cloud', version, rpcUrl, storageUrl },
    { client, database, feed: indexer.feed, clock, log, signal },
  )
  const closed = Promise.all([indexer.closed, api.closed]).then(() => database.close())
  return { info: { url: api.url }, closed }
}
