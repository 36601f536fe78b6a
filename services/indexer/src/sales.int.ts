import { type Hex32, silentLogger, systemClock, unixSeconds, wei } from '@millrace/base'
import {
  acceptService,
  deliverService,
  offerService,
  readServiceOfferId,
  readServiceSale,
  refuseService,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { memoryBlobStore } from '@millrace/storage'
import {
  type ReorgChain,
  startReorgChain,
  startTestDatabase,
  type TestDatabase,
} from '@millrace/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type IndexFeed,
  readFileSaleRow,
  readServiceSaleRow,
  readServiceSaleRows,
} from './schema.ts'
import { startIndexer } from './startIndexer.ts'
import { aHash, someService } from './testEvents.ts'
import { readTables } from './testTables.ts'

// Sales as the index has them, on a chain that takes blocks back.

let server: TestDatabase
let chain: ReorgChain
let [provider, buyer]: WriteClient[] = []
const stopping = new AbortController()
const patience = () => AbortSignal.timeout(20_000)

beforeAll(async () => {
  ;[server, chain] = await Promise.all([startTestDatabase(), startReorgChain()])
  ;[provider, buyer] = [await chain.account(), await chain.account()]
}, 60_000)
afterAll(async () => {
  stopping.abort()
  await Promise.all([server.stop(), chain.stop()])
})

async function index(name: string) {
  const database = await server.connect(name)
  const deps = { database, blobs: memoryBlobStore(), clock: systemClock, log: silentLogger }
  const { feed } = await startIndexer({}, { ...deps, client: chain.read, signal: stopping.signal })
  return { database, feed }
}

/** Resolves when the index has taken blocks back. */
const rolledBack = ({ status, subscribe }: IndexFeed): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (status().rollbacks === 0) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = subscribe(look)
    look()
  })

const headOf = async () => Number(await chain.read.rpc<string>('eth_blockNumber'))

it('follows a sale back and forth, and a rebuild gives the same rows', async () => {
  const [seller, taker] = [provider as WriteClient, buyer as WriteClient]
  const terms = someService({
    ...{ provider: seller.address, nonce: 1n, price: wei(100n), stake: wei(10n) },
    acceptUntil: unixSeconds(Math.floor(Date.now() / 1000) + 3600),
  })
  const { database, feed } = await index('follows')
  const step = async (wallet: WriteClient, sent: Promise<string>) =>
    (await waitForSuccess(wallet, (await sent) as never)).blockNumber
  const offeredIn = await step(seller, offerService(seller, { terms, uri: 'ipfs://b' }))
  const offerId: Hex32 = await readServiceOfferId(chain.read, terms)
  await step(taker, acceptService(taker, { terms }))
  await step(seller, deliverService(seller, { terms, content: aHash(6) }))
  const refusedIn = await step(taker, refuseService(taker, { terms, reason: aHash(7) }))
  await feed.reached(refusedIn, patience())
  const row = await readServiceSaleRow(database, offerId)
  const { stage, until } = await readServiceSale(chain.read, offerId)
  expect(row).toMatchObject({ terms, stage, until, buyer: taker.address, refusal: aHash(7) })
  expect(stage).toBe('refused')
  expect(await readFileSaleRow(database, offerId)).toBeUndefined()

  await chain.reorg((await headOf()) - offeredIn)
  await chain.mine()
  await rolledBack(feed)
  await feed.reached(await headOf(), patience())
  const before = await readServiceSaleRow(database, offerId)
  expect(before).toMatchObject({ stage: 'offered', until: terms.acceptUntil })
  expect(before).not.toHaveProperty('buyer')
  expect(before).not.toHaveProperty('refusal')

  const fresh = await index('fresh')
  await fresh.feed.reached(await headOf(), patience())
  expect(await readTables(fresh.database)).toEqual(await readTables(database))

  const mine = { seller: seller.address, limit: 10 }
  expect((await readServiceSaleRows(database, mine)).items).toHaveLength(1)
  const afterwards = unixSeconds(terms.acceptUntil + 1)
  const open = { ...mine, openAt: afterwards }
  expect((await readServiceSaleRows(database, open)).items).toEqual([])
})
