import { silentLogger, systemClock } from '@millrace/base'
import { cancelOrder, readAccount, readStanding, waitForSuccess } from '@millrace/chain'
import type { Database } from '@millrace/database'
import { memoryBlobStore } from '@millrace/storage'
import {
  createTestMarket,
  type PreparedChain,
  startReorgChain,
  startTestChain,
  startTestDatabase,
  type TestChain,
  type TestDatabase,
  type TestMarket,
} from '@millrace/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  readAccountRow,
  readAnnouncements,
  readAssetById,
  readBatch,
  readDeal,
  readDealTasks,
  readSettledTask,
  readWorker,
} from './schema.ts'
import { type Indexer, startIndexer } from './startIndexer.ts'
import { rollbackTo } from './store/rollbackTo.ts'
import { readTables } from './testTables.ts'

let server: TestDatabase
let chain: TestChain
let market: TestMarket
const blobs = memoryBlobStore()
const patience = () => AbortSignal.timeout(20_000)
const times = { nowSec: 0 as never, settleWindowSec: 3600 }

beforeAll(async () => {
  ;[server, chain] = await Promise.all([startTestDatabase(), startTestChain()])
  market = await createTestMarket(chain, { nowSec: Math.floor(Date.now() / 1000) })
})
afterAll(() => Promise.all([server.stop(), chain.stop()]))

type Running = Indexer & { database: Database; stop(): Promise<void> }

async function run(
  database: Database,
  on: PreparedChain = chain,
  log = silentLogger,
): Promise<Running> {
  const stopping = new AbortController()
  const { signal } = stopping
  const deps = { client: on.read, database, blobs, clock: systemClock, log, signal }
  const indexer = await startIndexer({}, deps)
  const stop = async () => {
    stopping.abort()
    await indexer.closed
  }
  return { ...indexer, database, stop }
}

const headOf = async ({ read }: PreparedChain) => Number(await read.rpc<string>('eth_blockNumber'))

/** Waits until `look` gives a value, woken by the index. */
async function until<T>({ feed }: Running, look: () => Promise<T | undefined>): Promise<T> {
  const signal = patience()
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const unsubscribe = feed.subscribe(() => {
        unsubscribe()
        resolve()
      })
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    const found = await look()
    if (found !== undefined) return found
    signal.throwIfAborted()
    await changed
  }
}

describe('startIndexer', () => {
  it('follows a job from its assets to the places of its results', async () => {
    const running = await run(await server.connect('follows'))
    const { database, feed } = running
    const deal = await market.openDeal(5)
    await feed.reached(deal.blockNumber, patience())
    expect(await readDeal(database, deal.dealId)).toMatchObject({
      terms: deal.terms,
      state: 'open',
      settled: 0,
      paid: 0n,
    })
    const batch = await market.settle(deal, [0, 1, 2], blobs)
    await feed.reached(batch.blockNumber, patience())
    const row = await readDeal(database, deal.dealId)
    expect(row).toMatchObject({ state: 'open', settled: 3, paid: 36n })
    const settled = await readBatch(database, { pool: market.pool, nonce: batch.nonce, ...times })
    expect(settled).toMatchObject({ state: 'settled', tasks: 3 })
    expect(settled?.workers).toMatchObject([{ worker: market.worker.address, tasks: 3 }])
    expect(row?.gas).toBeGreaterThan(settled?.gas ?? 0n)

    const located = await until(running, async () => {
      const page = await readDealTasks(database, { dealId: deal.dealId, limit: 10 })
      return page?.items[0]?.cid === undefined ? undefined : page.items
    })
    expect(located.map(({ state, cid }) => [state, cid])).toEqual([
      ...batch.cids.map((cid) => ['settled', cid]),
      ['open', undefined],
      ['open', undefined],
    ])
    const [first] = located
    expect(await readSettledTask(database, first?.taskId as never)).toEqual(first)
    expect(await readAssetById(database, market.app)).toMatchObject({
      kind: 'app',
      owner: market.appOwner.address,
    })
    await running.stop()
  })

  it('derives every balance and record that the contracts hold', async () => {
    const running = await run(await server.connect('balances'))
    await market.settle(await market.openDeal(4), [1, 2])
    await running.feed.reached(await headOf(chain), patience())
    const { appOwner, poolOwner, requester, worker } = market
    for (const { address } of [appOwner, poolOwner, requester, worker, chain.faucet]) {
      const row = await readAccountRow(running.database, address)
      expect(row).toMatchObject(await readAccount(chain.read, address))
    }
    const standing = await readStanding(chain.read, worker.address)
    const row = await readWorker(running.database, worker.address)
    expect(row?.tasks).toBeGreaterThanOrEqual(2)
    // Nine tenths of the pool's price of 10.
    expect(row?.earned).toBe(9n * BigInt(row?.tasks ?? 0))
    expect(row).toMatchObject({
      bond: standing.bond,
      checks: standing.checks,
      faults: standing.faults,
    })
    await running.stop()
  })

  it('goes on after a restart where the tables stand, and a rebuild gives the same tables', async () => {
    const database = await server.connect('restarts')
    const first = await run(database)
    const deal = await market.openDeal(4)
    await first.feed.reached(deal.blockNumber, patience())
    await first.stop()
    await market.settle(deal, [0, 3])
    const second = await run(database)
    const order = market.requestOrder()
    const cancelled = await cancelOrder(market.requester, { kind: 'request', order })
    await waitForSuccess(market.requester, cancelled)
    await market.settle(deal, [1])
    await second.feed.reached(await headOf(chain), patience())
    expect(second.feed.status().rebuilds).toBe(0)

    const rebuilt = await run(await server.connect('rebuilt'))
    await rebuilt.feed.reached(await headOf(chain), patience())
    expect(await readTables(rebuilt.database)).toEqual(await readTables(database))
    await Promise.all([second.stop(), rebuilt.stop()])
  })

  it('outlasts a database that breaks every connection', async () => {
    const database = await server.connect('breaks')
    const running = await run(database)
    const deal = await market.openDeal(2)
    await database
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      )
      .catch(() => {})
    const batch = await market.settle(deal, [0, 1])
    await running.feed.reached(batch.blockNumber, patience())
    expect(await readDeal(database, deal.dealId)).toMatchObject({ state: 'done' })
    await running.stop()
  })

  it('indexes again what a crash of the database lost', async () => {
    const database = await server.connect('loses')
    const running = await run(database)
    const kept = await market.openDeal(1)
    await running.feed.reached(kept.blockNumber, patience())
    const lost = await market.openDeal(1)
    await running.feed.reached(await headOf(chain), patience())
    // Commits that were not on disk yet: tables and cursor are back where they were before.
    await rollbackTo(database, kept.blockNumber)
    expect(await readDeal(database, lost.dealId)).toBeUndefined()
    const next = await market.openDeal(1)
    await until(running, () => readDeal(database, next.dealId))
    expect(await readDeal(database, lost.dealId)).toMatchObject({ state: 'open' })
    expect(running.feed.status()).toMatchObject({ rebuilds: 0, rollbacks: 0 })
    await running.stop()
  })

  it('takes back what a reorganisation removed', async () => {
    const forking = await startReorgChain()
    const onIt = await createTestMarket(forking, { nowSec: Math.floor(Date.now() / 1000) })
    const kept = await onIt.openDeal(2)
    const running = await run(await server.connect('reorgs'), forking)
    await running.feed.reached(kept.blockNumber, patience())
    const lost = await onIt.openDeal(2)
    await onIt.settle(kept, [0])
    await running.feed.reached(await headOf(forking), patience())
    await forking.reorg((await headOf(forking)) - kept.blockNumber)
    await forking.mine()
    await until(running, async () => (running.feed.status().rollbacks > 0 ? true : undefined))
    await running.feed.reached(await headOf(forking), patience())
    expect(await readDeal(running.database, lost.dealId)).toBeUndefined()
    expect(await readDeal(running.database, kept.dealId)).toMatchObject({ settled: 0 })

    const fresh = await run(await server.connect('reorgs_fresh'), forking)
    await fresh.feed.reached(await headOf(forking), patience())
    expect(await readTables(running.database)).toEqual(await readTables(fresh.database))
    const events = await readAnnouncements(running.database, { after: 0, limit: 10_000 })
    const deals = events.flatMap(({ event }) => ('dealId' in event ? [event.dealId] : []))
    expect(deals).toEqual([kept.dealId])
    await Promise.all([running.stop(), fresh.stop(), forking.stop()])
  })

  it('rebuilds when the chain is another one', async () => {
    const database = await server.connect('resets')
    const before = await run(database)
    await before.feed.reached(await headOf(chain), patience())
    await before.stop()
    await using other = await startTestChain()
    const after = await run(database, other)
    await after.feed.reached(await headOf(other), patience())
    expect(after.feed.status().rebuilds).toBe(1)
    expect(await database.query('select 1 from deals')).toEqual([])
    await after.stop()
  })

  it('waits for locations that are not in storage yet', async () => {
    const running = await run(await server.connect('waits'))
    const deal = await market.openDeal(3)
    const late = await market.settle(deal, [0])
    await running.feed.reached(late.blockNumber, patience())
    const cidOfFirst = async () => {
      const page = await readDealTasks(running.database, { dealId: deal.dealId, limit: 1 })
      return page?.items[0]?.cid
    }
    expect(await cidOfFirst()).toBeUndefined()
    await blobs.put(late.locations)
    expect(await until(running, cidOfFirst)).toBe(late.cids[0])
    await running.stop()
  })
})
