import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  type DealId,
  type Hex32,
  type Logger,
  silentLogger,
  systemClock,
  wei,
} from '@millrace/base'
import {
  bond,
  dealsOfReceipt,
  matchOrders,
  readDeal,
  readEvents,
  readSettlement,
  readStanding,
  type WriteClient,
  waitForSuccess,
  workDomain,
} from '@millrace/chain'
import type { Database } from '@millrace/database'
import { type DealTerms, hashTask, oddsOfTrust } from '@millrace/protocol'
import { contentToCid, httpBlobStore, startStorageNode } from '@millrace/storage'
import {
  createTestMarket,
  startTestChain,
  startTestDatabase,
  type TestChain,
  type TestDatabase,
  type TestMarket,
} from '@millrace/testing'
import { zExplanation, zProgress } from '@millrace/wire'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { PoolPolicy } from './core/policy.ts'
import { transact } from './effects/transactions.ts'
import { startPool } from './startPool.ts'
import { WireWorker, type WireWorkerOptions } from './testing/wireWorker.ts'

const RAW_CODEC = 0x55

let chain: TestChain
let db: TestDatabase
let market: TestMarket
let database: Database
let dir: string
let storageUrl: string
const stopAll = new AbortController()
const workers: WireWorker[] = []
const pools: { stop(): Promise<void> }[] = []
let log: Logger = silentLogger

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'millrace-pool-'))
  ;[chain, db] = await Promise.all([startTestChain(), startTestDatabase()])
  const node = await startStorageNode(
    { dir: path.join(dir, 'storage'), host: '127.0.0.1', port: 0, quotaBytes: 1 << 30 },
    { signal: stopAll.signal, log: silentLogger },
  )
  storageUrl = node.url
})

afterAll(async () => {
  stopAll.abort()
  await chain.stop()
  await db.stop()
  await rm(dir, { recursive: true, force: true })
})

beforeEach(async () => {
  market = await createTestMarket(chain, { nowSec: Math.floor(systemClock.nowMs() / 1000) })
  database = await db.connect('pool')
})

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.disconnect()
  for (const pool of pools.splice(0)) await pool.stop()
  log = silentLogger
})

async function aPool(policy: Partial<PoolPolicy> = {}) {
  const stop = new AbortController()
  const { pool, poolOwner } = market
  const home = path.join(dir, pool)
  const { rpcUrl, chainId, contracts } = chain
  const { account } = poolOwner
  const started = await startPool(
    {
      pool,
      account,
      contracts,
      rpcUrl,
      chainId,
      database,
      home,
      storageUrl,
      host: '127.0.0.1',
      port: 0,
      policy,
    },
    { signal: stop.signal, log },
  )
  const running = {
    url: started.url,
    stop: async () => {
      stop.abort()
      await started.closed
    },
  }
  pools.push(running)
  return running
}

async function aWorker(
  url: string,
  options: Partial<WireWorkerOptions> & { client?: WriteClient } = {},
): Promise<WireWorker> {
  const client = options.client ?? (await chain.account())
  if (options.client === undefined)
    await waitForSuccess(client, await bond(client, { amount: wei(10n ** 20n) }))
  const storage = httpBlobStore({ url: storageUrl })
  const domain = workDomain(chain.read)
  const worker = new WireWorker({ url, account: client.account, domain, storage, ...options })
  workers.push(worker)
  await connected(worker, url)
  return worker
}

/** A pool that is starting takes no sessions yet. */
async function connected(worker: WireWorker, url: string): Promise<void> {
  const connects = () =>
    worker.connect(url).then(
      () => true,
      () => false,
    )
  await expect.poll(connects, { timeout: 10_000 }).toBe(true)
}

async function aDeal(volume: number, trust: number): Promise<DealId> {
  const { requester } = market
  const request = market.requestOrder({ volume: BigInt(volume), minOdds: oddsOfTrust(trust) })
  const txHash = await matchOrders(requester, {
    app: await market.sign('app', market.appOrder()),
    pool: await market.sign('pool', market.poolOrder({ maxOdds: 10n ** 30n })),
    request: await market.sign('request', request),
  })
  const [deal] = dealsOfReceipt(await waitForSuccess(requester, txHash))
  return deal?.dealId as DealId
}

function settledOf(dealId: DealId): () => Promise<number> {
  return async () => (await readDeal(chain.read, dealId)).settled
}

async function isOver(dealId: DealId, volume: number, timeout = 30_000): Promise<void> {
  await expect.poll(settledOf(dealId), { timeout, interval: 20 }).toBe(volume)
}

it('brings a deal to agreement, on chain and to payment', async () => {
  const { url } = await aPool()
  await Promise.all([aWorker(url), aWorker(url)])
  const dealId = await aDeal(40, 0.9)
  await isOver(dealId, 40)
  const standings = await Promise.all(
    workers.map(({ address }) => readStanding(chain.read, address)),
  )
  expect(standings.map(({ checks, faults }) => [checks, faults])).toEqual([
    [40, 0],
    [40, 0],
  ])
  expect((await readDeal(chain.read, dealId)).status).toBe('closed')
})

it('settles a deal on its own word after it has seen the bytes', async () => {
  const { url } = await aPool()
  const { worker: client } = market
  await aWorker(url, { client, slots: 4 })
  const dealId = await aDeal(300, 0)
  await isOver(dealId, 300)
})

it('goes on after it was stopped half-way, and pays each task once', async () => {
  const first = await aPool({ batchTasks: 16 })
  await Promise.all([aWorker(first.url), aWorker(first.url)])
  const voted = await aDeal(120, 0.9)
  const trusted = await aDeal(120, 0)
  await expect.poll(settledOf(voted), { timeout: 20_000, interval: 5 }).toBeGreaterThan(0)
  await first.stop()
  const second = await aPool({ batchTasks: 16 })
  for (const worker of workers) await connected(worker, second.url)
  await isOver(voted, 120)
  await isOver(trusted, 120)
})

it('does tasks again that hang on a worker that does not reveal, and drops the worker', async () => {
  const { url } = await aPool({ revealMs: 300, receiptMs: 500 })
  const hider = await aWorker(url, { withhold: ({ type }) => type === 'reveal' })
  await aWorker(url)
  const dealId = await aDeal(30, 0.9)
  const stateOf = async () =>
    zExplanation.parse(await (await fetch(`${url}/workers/${hider.address}/explain`)).json()).state
  await expect.poll(stateOf, { timeout: 20_000 }).toBe('dropped')
  await aWorker(url)
  await isOver(dealId, 30)
  const explained = await fetch(`${url}/workers/${hider.address}/explain`)
  const { state, because } = zExplanation.parse(await explained.json())
  expect(state).toBe('dropped')
  expect(because[0]).toMatch(/did not reveal its part of batch \d+ in time/)
})

it('outvotes a liar, and the chain bans it', async () => {
  const { url } = await aPool()
  const liar = await aWorker(url, { answer: (taskId) => `lie about ${taskId}` })
  await Promise.all([aWorker(url), aWorker(url), aWorker(url), aWorker(url)])
  const dealId = await aDeal(20, 0.9)
  await isOver(dealId, 20)
  const faults = async () => (await readStanding(chain.read, liar.address)).faults
  await expect.poll(faults, { timeout: 10_000 }).toBeGreaterThan(0)
})

it('says why a task waits and what would help', async () => {
  const { url } = await aPool()
  await Promise.all([aWorker(url), aWorker(url)])
  const dealId = await aDeal(5, 0.999)
  const taskId = hashTask(dealId, 0)
  const explain = async () => {
    const response = await fetch(`${url}/tasks/${taskId}/explain`)
    return response.ok ? zExplanation.parse(await response.json()).because[0] : undefined
  }
  await expect
    .poll(explain, { timeout: 10_000 })
    .toBe('trust 99.9 % is beyond the 2 connected workers that may vote: all agreeing reach 94.1 %')
  const progress = zProgress.parse(await (await fetch(`${url}/deals/${dealId}/progress`)).json())
  expect(progress).toMatchObject({ volume: 5, waiting: 5, settled: 0 })
  await Promise.all([aWorker(url), aWorker(url), aWorker(url)])
  await isOver(dealId, 5)
})

it('says again where results lie when somebody else has settled with other places', async () => {
  const { url } = await aPool()
  await Promise.all([aWorker(url), aWorker(url)])
  const dealId = await aDeal(5, 0.9)
  await isOver(dealId, 5)
  const { pool, poolOwner: client } = market
  const where = { contract: 'work', name: 'TasksSettled', where: { dealId }, fromBlock: 0 } as const
  const [event] = await readEvents(chain.read, where)
  const { txHash, args } = event as NonNullable<typeof event>
  const settlement = await readSettlement(chain.read, { txHash, pool, nonce: args.nonce })
  const { facts, workers: sealed, parts } = settlement as NonNullable<typeof settlement>
  const opened = {
    contract: 'market',
    name: 'OrdersMatched',
    where: { dealId },
    fromBlock: 0,
  } as const
  const [matched] = await readEvents(chain.read, opened)
  const terms = matched?.args.terms as DealTerms
  const taskId = hashTask(dealId, 0)
  const storage = httpBlobStore({ url: storageUrl })
  const { cid } = await storage.put(new TextEncoder().encode('a result'))
  const failed = await transact(
    { client, pool, storage, signal: stopAll.signal },
    {
      kind: 'settleBatch',
      nonce: Number(args.nonce),
      attempt: 99,
      committedAt: facts.committedAt,
      parts: parts.map(({ tasks }) => ({ terms, tasks: [...tasks] })),
      workers: [...sealed],
      absent: [],
      locations: { format: 'millrace/locations/1', results: [{ taskId, cid }] },
    },
  )
  expect(failed).toMatchObject({ code: 'ROOT_MISMATCH', isFinal: false })
  const named = { contract: 'work', name: 'LocationsGiven', fromBlock: 0 } as const
  const [given] = await readEvents(chain.read, { ...named, where: { pool, nonce: args.nonce } })
  const block = await storage.getBytes(
    contentToCid({ content: given?.args.locations as Hex32, codec: RAW_CODEC }),
    { maxBytes: 10_000 },
  )
  expect(new TextDecoder().decode(block)).toContain(cid)
})

it('refuses who cannot prove an address, and frames that are no messages', async () => {
  const { url } = await aPool()
  const other = await chain.account()
  const liar = await chain.account()
  const worker = new WireWorker({
    url,
    account: { ...liar.account, address: other.account.address },
    domain: workDomain(chain.read),
    storage: httpBlobStore({ url: storageUrl }),
  })
  const refusedWith = async () => {
    await worker.connect().catch(() => {})
    return worker.received.find(({ type }) => type === 'refused')
  }
  await expect.poll(refusedWith, { timeout: 10_000 }).toMatchObject({ code: 'PROOF_INVALID' })

  const socket = new WebSocket(`${url.replace('http', 'ws')}/session`)
  const answer = await new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('open', () => socket.send('{"type":"hello"'))
    socket.on('message', (data) => resolve(JSON.parse(String(data))))
  })
  expect(answer).toEqual({
    type: 'refused',
    code: 'MESSAGE_INVALID',
    message: 'a frame is not JSON',
  })
  const bad = await fetch(`${url}/orders/explain`, { method: 'POST', body: '{}' })
  expect(bad.status).toBe(400)
  expect((await fetch(`${url}/nothing`)).status).toBe(404)
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('millrace_pool_sessions')
})
