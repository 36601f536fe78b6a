import {
  BaseError,
  type Clock,
  type Hex,
  type Hex32,
  isRetryable,
  type Logger,
  type TxHash,
  ZERO_HEX32,
} from '@millrace/base'
import { type ChainBlock, type ReadClient, watchEvents } from '@millrace/chain'
import { type Database, migrate } from '@millrace/database'
import type { BlobStore } from '@millrace/storage'
import { CursorMovedError, JournalTooShortError } from './errors.ts'
import { createFeed, type FeedControl, type IndexFeed } from './feed.ts'
import { GAS_EVENTS, handleBlock } from './handlers/handleBlock.ts'
import { keepLocations } from './locations/keepLocations.ts'
import { applyBlock } from './store/applyBlock.ts'
import { type BlockRef, readBlockRefs, readCursor } from './store/cursor.ts'
import { resetTables } from './store/resetTables.ts'
import { rollbackTo } from './store/rollbackTo.ts'
import { MARKET_MIGRATIONS } from './tables/migrations.ts'

export type IndexerConfig = {
  /** Block of the first contract's deployment, or any before it. Default 0. */
  startBlock?: number
  /** Blocks on top of one before it is indexed; default that of the client. */
  confirmations?: number
  /** Blocks that can be taken back without a rebuild. Default 1024. */
  reorgDepth?: number
}

export type IndexerDeps = {
  client: ReadClient
  /** Schema `market`. */
  database: Database
  /** Where locations blocks are read; verifies what it returns. */
  blobs: Pick<BlobStore, 'getBytes'>
  clock: Clock
  log: Logger
  signal: AbortSignal
}

export type Indexer = {
  feed: IndexFeed
  /** Resolves after the signal aborted and the last transaction ended. Never rejects. */
  closed: Promise<void>
}

const PAUSE_AFTER_FAILURE_MS = 250

/**
 * Follows the chain into the tables until the signal aborts. Outlasts a chain node or a database
 * that is away, goes on where the tables stand after any crash, and rebuilds them from the first
 * block when the chain is another one or its reorganisation deeper than the journal.
 *
 * One indexer may write to a schema; a second one is noticed by the cursor and does no harm.
 */
export async function startIndexer(config: IndexerConfig, deps: IndexerDeps): Promise<Indexer> {
  const { database, clock, signal } = deps
  await migrate(database, MARKET_MIGRATIONS)
  const feed = createFeed(clock)
  const keeper = keepLocations({ ...deps, onFound: feed.notify })
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await follow(config, { ...deps, feed, onSettled: keeper.wake }).catch((error) =>
        signal.aborted ? undefined : pauseAfter(error, { ...deps, feed }),
      )
    }
    await keeper.closed
  }
  return { feed, closed: run() }
}

async function pauseAfter(
  error: unknown,
  { feed, clock, log, signal }: IndexerDeps & { feed: FeedControl },
): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error)
  feed.update({ state: 'failing', reason })
  if (isRetryable(error) || error instanceof CursorMovedError) log.warn('index waits', { reason })
  else log.error('index failed and starts again', { reason, error: `${error}` })
  await clock.sleep(PAUSE_AFTER_FAILURE_MS, signal).catch(() => {})
}

type FollowDeps = IndexerDeps & { feed: FeedControl; onSettled(): void }

/** One run of the feed from where the tables stand; ends by the signal or an error. */
async function follow(config: IndexerConfig, deps: FollowDeps): Promise<void> {
  const { client, database, feed, log, signal } = deps
  const { startBlock = 0, confirmations } = config
  let at = await findStart(config, deps)
  feed.update({ state: 'following', number: at.number, reason: undefined })
  feed.notify()
  const refs = await readBlockRefs(database)
  try {
    await watchEvents(client, {
      cursor: refs.length > 0 ? refs : undefined,
      fromBlock: startBlock,
      confirmations,
      signal,
      log,
      onBlock: async (block) => {
        at = await indexBlock(block, at, { ...deps, reorgDepth: config.reorgDepth ?? 1024 })
      },
      onRollback: async (toNumber) => {
        log.warn('chain reorganised', { from: at.number, to: toNumber })
        at = await rollbackTo(database, toNumber)
        feed.update({ number: at.number, rollbacks: feed.status().rollbacks + 1 })
        feed.notify()
      },
    })
  } catch (error) {
    if (!isBeyondJournal(error)) throw error
    log.warn('index is rebuilt: reorganisation beyond the journal', { at: at.number })
    await rebuild(config, deps)
  }
}

/** Makes sure that the tables were made from this chain and these contracts. */
async function findStart(config: IndexerConfig, deps: FollowDeps): Promise<BlockRef> {
  const chain = await identifyChain(deps.client)
  const cursor = await readCursor(deps.database)
  if (cursor?.chain === chain) return cursor
  if (cursor === undefined) return build(config, deps)
  deps.log.warn('chain is another one: index is rebuilt', { chain })
  return rebuild(config, deps)
}

function rebuild(config: IndexerConfig, deps: FollowDeps): Promise<BlockRef> {
  deps.feed.update({ rebuilds: deps.feed.status().rebuilds + 1 })
  return build(config, deps)
}

async function build({ startBlock = 0 }: IndexerConfig, deps: FollowDeps): Promise<BlockRef> {
  const { client, database, feed } = deps
  const start = { number: startBlock - 1, hash: ZERO_HEX32 }
  await resetTables(database, { chain: await identifyChain(client), start })
  feed.update({ number: start.number })
  return start
}

/** Everything that must not change below the tables: chain, contracts, and how events are read. */
async function identifyChain({ rpc, chainId, contracts }: ReadClient): Promise<string> {
  const genesis = await rpc<{ hash: Hex32 }>('eth_getBlockByNumber', ['0x0', false])
  const { market, work, escrow, registry, standing } = contracts
  return [
    `v${INDEX_VERSION}`,
    chainId,
    genesis.hash,
    market,
    work,
    escrow,
    registry,
    standing,
  ].join(' ')
}

/** Raised when handlers change so that tables made by older ones must be rebuilt. */
const INDEX_VERSION = 1

type IndexBlockDeps = FollowDeps & { reorgDepth: number }

async function indexBlock(
  block: ChainBlock,
  from: BlockRef,
  { client, database, feed, clock, log, reorgDepth, onSettled }: IndexBlockDeps,
): Promise<BlockRef> {
  const startedMs = clock.nowMs()
  const { number, hash, timestamp, events } = block
  const gas = await readGas(client, block)
  const changes = handleBlock(events, {
    block: { number, timestamp },
    gasOf: (txHash) => gas.get(txHash) ?? 0n,
  })
  await applyBlock(database, { from, to: { number, hash }, changes, reorgDepth })
  const appliedAtMs = clock.nowMs()
  feed.update({ number, appliedAtMs })
  feed.notify()
  if (events.some(({ name }) => name === 'BatchSettled' || name === 'LocationsGiven')) onSettled()
  if (events.length > 0) {
    const tookMs = appliedAtMs - startedMs
    log.debug('block indexed', { number, events: events.length, tookMs })
  }
  return { number, hash }
}

async function readGas(
  { rpc }: ReadClient,
  { events }: ChainBlock,
): Promise<ReadonlyMap<TxHash, bigint>> {
  const wanted = events.filter(({ name }) => GAS_EVENTS.has(name)).map(({ txHash }) => txHash)
  const hashes = [...new Set(wanted)]
  const receipts = await Promise.all(
    hashes.map((hash) => rpc<{ gasUsed: Hex } | null>('eth_getTransactionReceipt', [hash])),
  )
  return new Map(hashes.map((hash, i) => [hash, BigInt(receipts[i]?.gasUsed ?? 0)]))
}

function isBeyondJournal(error: unknown): boolean {
  if (error instanceof JournalTooShortError) return true
  return error instanceof BaseError && error.code === 'REORG_TOO_DEEP'
}
