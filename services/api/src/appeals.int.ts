import { type ResultDigest, silentLogger, systemClock } from '@millrace/base'
import { readAppeal } from '@millrace/chain'
import type { Database } from '@millrace/database'
import { type Indexer, startIndexer } from '@millrace/indexer'
import { memoryBlobStore } from '@millrace/storage'
import {
  type AppealedTask,
  createTestCourt,
  createTestMarket,
  startTestChain,
  startTestDatabase,
  type TestChain,
  type TestCourt,
  type TestDatabase,
  type TestMarket,
} from '@millrace/testing'
import { zAppealRow, zErrorBody } from '@millrace/wire'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type Api, startApi } from './startApi.ts'

// The court over HTTP: what events tell of appeals is what the contracts hold, and is told again after a rebuild.

const TRUTH = `0x${'7e'.repeat(32)}` as ResultDigest
const zPage = z.object({ items: z.array(zAppealRow), next: z.string().optional() })

let aheadMs = 0
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs }
let server: TestDatabase
let chain: TestChain
let market: TestMarket
let court: TestCourt
const stopping = new AbortController()
const closing: Promise<unknown>[] = []

beforeAll(async () => {
  ;[server, chain] = await Promise.all([startTestDatabase(), startTestChain({ clock })])
  market = await createTestMarket(chain, { nowSec: Math.floor(Date.now() / 1000) })
  const turnClock = (sec: number) => {
    aheadMs += sec * 1000
  }
  court = await createTestCourt(chain, market, { turnClock })
})
afterAll(async () => {
  stopping.abort()
  await Promise.all(closing)
  await Promise.all([server.stop(), chain.stop()])
})

type Market = { api: Api; indexer: Indexer; database: Database }

async function serve(name: string): Promise<Market> {
  const database = await server.connect(name)
  const deps = { database, clock, log: silentLogger, signal: stopping.signal }
  const client = chain.read
  const indexer = await startIndexer({}, { ...deps, client, blobs: memoryBlobStore() })
  const config = { host: '127.0.0.1', port: 0, name: 'test', version: '0', requestsPerSec: 100_000 }
  const api = await startApi(
    { ...config, rpcUrl: chain.rpcUrl, storageUrl: 'http://127.0.0.1:1' },
    { ...deps, client, feed: indexer.feed },
  )
  closing.push(api.closed, indexer.closed)
  return { api, indexer, database }
}

/** The answer once everything that is on the chain now is in the tables. */
async function get<S extends z.ZodType>({ api }: Market, path: string, schema: S) {
  const head = Number(await chain.read.rpc<string>('eth_blockNumber'))
  const url = `${api.url}${path}${path.includes('?') ? '&' : '?'}minBlock=${head}`
  const response = await fetch(url)
  const body = await response.json()
  expect(response.status, JSON.stringify(body)).toBe(200)
  return schema.parse(body) as z.output<S>
}

async function hear({ taskId }: AppealedTask): Promise<string[]> {
  await court.makeChance(taskId)
  const drawn = await court.draw(taskId)
  await court.decide(taskId, drawn, TRUTH)
  return drawn.map(({ address }) => address)
}

it('tells of an appeal what the contracts hold, at every step, and the same after a rebuild', async () => {
  const live = await serve('live')
  const task = await court.appeal()
  const { taskId } = task
  const isAsOnChain = async () => {
    const { status, verdict, digest, until, fee, stake } = await readAppeal(chain.read, taskId)
    const told = await get(live, `/appeals/${taskId}`, zAppealRow)
    expect(told).toMatchObject({ status, verdict, digest, fee, stake })
    if (status !== 'closed') expect(told.until).toBe(until)
    return told
  }
  expect(await isAsOnChain()).toMatchObject({
    status: 'drawing',
    rounds: [{ appellant: market.requester.address, claimsFall: true }],
    juries: [{ wanted: 3, seats: [] }],
  })
  const drawn = await hear(task)
  const decided = await isAsOnChain()
  expect(decided.juries[0]?.seats.map(({ juror }) => juror)).toEqual(drawn.toSorted())
  expect(decided.juries[0]?.seats).toMatchObject(
    Array(3).fill({ state: 'revealed', digest: TRUTH }),
  )
  const second = await court.appeal()
  await court.close(task)
  const closed = await isAsOnChain()
  expect(closed.stood).toBe(false)
  expect(closed.payout?.refund).toBeGreaterThan(0n)

  const { items, next } = await get(live, '/appeals?limit=1', zPage)
  expect(items.map((row) => row.taskId)).toEqual([second.taskId])
  const rest = await get(live, `/appeals?limit=1&after=${next}`, zPage)
  expect(rest.items).toEqual([closed])
  const mine = `/appeals?status=closed&juror=${drawn[0]}&appellant=${market.requester.address}`
  expect((await get(live, mine, zPage)).items).toEqual([closed])

  const rebuilt = await serve('rebuilt')
  expect(await get(rebuilt, '/appeals', zPage)).toEqual(await get(live, '/appeals', zPage))
  const seats = 'select * from seats order by juror'
  expect(await rebuilt.database.query(seats)).toEqual(await live.database.query(seats))
})

it('answers 404 for a task that nobody appealed', async () => {
  const { api } = await serve('empty')
  const response = await fetch(`${api.url}/appeals/0x${'00'.repeat(32)}`)
  expect(response.status).toBe(404)
  expect(zErrorBody.parse(await response.json()).error.code).toBe('NOT_FOUND')
})
