import {
  type Address,
  address,
  type Hex,
  seconds,
  silentLogger,
  systemClock,
  toJson,
  unixSeconds,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  cancelOrder,
  dealsOfReceipt,
  finishService,
  matchOrders,
  offerService,
  placeOrder,
  waitForSuccess,
} from '@millrace/chain'
import type { Database } from '@millrace/database'
import { type Indexer, startIndexer } from '@millrace/indexer'
import { compileAd, hashAd, hashTask } from '@millrace/protocol'
import { memoryBlobStore } from '@millrace/storage'
import {
  createTestMarket,
  startTestChain,
  startTestDatabase,
  type TestChain,
  type TestDatabase,
  type TestMarket,
} from '@millrace/testing'
import {
  type SignedOrder,
  zAccountRow,
  zAssetRow,
  zBatchRow,
  zBookOrder,
  zDealRow,
  zErrorBody,
  zFileSaleRow,
  zInfo,
  zMarketEvent,
  zMatchAnswer,
  zServiceSaleRow,
  zTaskRow,
  zWorkerRow,
} from '@millrace/wire'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Api, startApi } from './startApi.ts'

let server: TestDatabase
let chain: TestChain
let market: TestMarket
let database: Database
let indexer: Indexer
let api: Api
const blobs = memoryBlobStore()
const stopping = new AbortController()
const NOW = Math.floor(Date.now() / 1000)

beforeAll(async () => {
  ;[server, chain] = await Promise.all([startTestDatabase(), startTestChain()])
  market = await createTestMarket(chain, { nowSec: NOW })
  database = await server.connect('market')
  const deps = { database, clock: systemClock, log: silentLogger, signal: stopping.signal }
  const client = chain.read
  indexer = await startIndexer({}, { ...deps, client, blobs })
  const config = { host: '127.0.0.1', port: 0, name: 'test', version: '0', requestsPerSec: 100_000 }
  api = await startApi(
    { ...config, rpcUrl: chain.rpcUrl, storageUrl: 'http://127.0.0.1:1' },
    { ...deps, client, feed: indexer.feed },
  )
})
afterAll(async () => {
  stopping.abort()
  await Promise.all([api.closed, indexer.closed])
  await Promise.all([server.stop(), chain.stop()])
})

async function get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
  const response = await fetch(api.url + path)
  const body = await response.json()
  expect(response.status, JSON.stringify(body)).toBe(200)
  return schema.parse(body)
}

const zPage = <S extends z.ZodType>(row: S) =>
  z.object({ items: z.array(row), next: z.string().optional() })

function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(api.url + path, { method: 'POST', headers, body: toJson(body) })
}

async function postOrder(signed: SignedOrder) {
  const response = await post('/orders', signed)
  const body = await response.json()
  expect(response.status, JSON.stringify(body)).toBe(200)
  return zBookOrder.parse(body)
}

/** Status and code with which an order is refused. */
async function refusal(body: unknown): Promise<[number, string]> {
  const response = await post('/orders', body)
  return [response.status, await codeOf(response)]
}

async function codeOf(response: Response): Promise<string> {
  return zErrorBody.parse(await response.json()).error.code
}

// Contracts that answer every call with the same word: ERC-1271's magic value, and true.
const ANSWERS_MAGIC = '0x6010600c60003960106000f3631626ba7e60e01b60005260206000f3'
const ANSWERS_ONE = '0x600a600c600039600a6000f3600160005260206000f3'

async function deploy(code: Hex): Promise<Address> {
  const intent = { to: undefined, data: code, value: 0n, label: 'deploy' }
  const txHash = await market.requester.send(intent)
  const { contractAddress } = await waitForSuccess(market.requester, txHash)
  return address(contractAddress ?? '')
}

const head = async () => Number(await chain.read.rpc<string>('eth_blockNumber'))

describe('GET /services and /files', () => {
  it('list what is on sale, by party and with what is over only when asked for', async () => {
    const seller = market.requester
    const hour = seconds(3600)
    const terms = {
      ...{ provider: seller.address, nonce: 1n, buyer: ZERO_ADDRESS, task: hashAd('0x') },
      ...{ arbiter: market.worker.address, price: wei(100n), stake: wei(10n), fee: wei(0n) },
      ...{ acceptUntil: unixSeconds(NOW + 3600), deliverSec: hour, reviewSec: hour },
      ...{ appealSec: hour, rulingSec: hour, maturitySec: seconds(0) },
    }
    const sent = await offerService(seller, { terms, uri: 'ipfs://b' })
    await waitForSuccess(seller, sent)
    const list = async (query: string) => {
      const path = `/services?${query}&minBlock=${await head()}`
      return (await get(path, zPage(zServiceSaleRow))).items
    }
    const [row] = await list(`seller=${seller.address}&open=true`)
    expect(row).toMatchObject({ terms, stage: 'offered', seller: seller.address })
    expect(await get(`/services/${row?.offerId}`, zServiceSaleRow)).toEqual(row)
    expect(await list(`arbiter=${market.worker.address}`)).toEqual([row])
    expect(await list(`seller=${market.worker.address}`)).toEqual([])
    await waitForSuccess(seller, await finishService(seller, { terms }))
    expect(await list(`seller=${seller.address}&open=true`)).toEqual([])
    expect(await list(`seller=${seller.address}`)).toMatchObject([{ outcome: 'lapsed' }])
    expect((await get('/files', zPage(zFileSaleRow))).items).toEqual([])
    const missing = await fetch(`${api.url}/files/${row?.offerId}`)
    expect([missing.status, await codeOf(missing)]).toEqual([404, 'NOT_FOUND'])
  })
})

describe('POST /orders', () => {
  it('takes a signed order, shows it, and takes it again without doubling it', async () => {
    const signed = await market.sign('app', market.appOrder())
    const order = await postOrder(signed)
    expect(order).toMatchObject({ state: 'open', remaining: 1000n, signed })
    expect(order.signer).toBe(market.appOwner.address)
    expect(await postOrder(signed)).toEqual(order)
    expect(await get(`/orders/${order.hash}`, zBookOrder)).toEqual(order)
    const { items } = await get(`/orders?kind=app&app=${market.app}&open=true`, zPage(zBookOrder))
    expect(items.filter(({ hash }) => hash === order.hash)).toHaveLength(1)
  })

  it('refuses a signature of somebody else, or over another order', async () => {
    const order = market.appOrder()
    const foreign = await market.sign('app', order, market.requester)
    expect(await refusal(foreign)).toEqual([400, 'BAD_SIGNATURE'])
    const { signature } = await market.sign('app', order)
    expect(await refusal({ kind: 'app', order: market.appOrder(), signature })).toEqual([
      400,
      'BAD_SIGNATURE',
    ])
    for (const nonsense of ['0x', '0x00', `0x${'11'.repeat(65)}`, `0x${'00'.repeat(1000)}`])
      expect(await refusal({ kind: 'app', order, signature: nonsense as Hex })).toEqual([
        400,
        'BAD_SIGNATURE',
      ])
  })

  it('refuses an asset that does not exist, or is of another kind', async () => {
    const unknown = await market.sign('app', market.appOrder({ app: market.requester.address }))
    expect(await refusal(unknown)).toEqual([404, 'UNKNOWN_ASSET'])
    const pool = await market.sign('app', market.appOrder({ app: market.pool }), market.poolOwner)
    expect(await refusal(pool)).toEqual([400, 'WRONG_KIND'])
  })

  it('refuses an ad that is not the one that the order names', async () => {
    const ad = compileAd('[ Region = "EU" ]')
    const named = await market.sign('pool', market.poolOrder({ ad: hashAd(ad) }))
    expect(await refusal(named)).toEqual([400, 'WRONG_AD'])
    expect(await refusal({ ...named, ad: '0x01' })).toEqual([400, 'WRONG_AD'])
    const plain = await market.sign('pool', market.poolOrder())
    expect(await refusal({ ...plain, ad })).toEqual([400, 'WRONG_AD'])
  })

  it('refuses what has expired, was used up or was cancelled', async () => {
    const expired = market.appOrder({ expiresAt: unixSeconds(NOW - 60) })
    expect(await refusal(await market.sign('app', expired))).toEqual([400, 'ORDER_EXPIRED'])

    const request = await market.sign('request', market.requestOrder({ volume: 2n }))
    const txHash = await matchOrders(market.requester, {
      app: await market.sign('app', market.appOrder()),
      pool: await market.sign('pool', market.poolOrder()),
      request,
    })
    await waitForSuccess(market.requester, txHash)
    const order = market.requestOrder()
    const cancelled = await cancelOrder(market.requester, { kind: 'request', order })
    await waitForSuccess(market.requester, cancelled)
    await get(`/info?minBlock=${await head()}`, zInfo)
    expect(await refusal(request)).toEqual([409, 'ORDER_CONSUMED'])
    expect(await refusal(await market.sign('request', order))).toEqual([409, 'ORDER_CANCELLED'])
  })

  it('takes an order placed on chain with an empty signature', async () => {
    const order = market.requestOrder()
    const placed = await placeOrder(market.requester, { kind: 'request', order })
    await waitForSuccess(market.requester, placed)
    await get(`/info?minBlock=${await head()}`, zInfo)
    expect(await postOrder({ kind: 'request', order, signature: '0x' })).toMatchObject({
      state: 'open',
    })
  })

  it('lets a contract wallet answer for its signature', async () => {
    const wallet = await deploy(ANSWERS_MAGIC)
    const order = market.requestOrder({ requester: wallet })
    expect(await postOrder({ kind: 'request', order, signature: '0x1234' })).toMatchObject({
      signer: wallet,
    })
    const stranger = market.requestOrder({ requester: await deploy(ANSWERS_ONE) })
    expect(await refusal({ kind: 'request', order: stranger, signature: '0x1234' })).toEqual([
      400,
      'BAD_SIGNATURE',
    ])
  })

  it('follows an order of the book as it is used up', async () => {
    const request = await postOrder(
      await market.sign('request', market.requestOrder({ volume: 3n })),
    )
    const signed = request.signed as Extract<SignedOrder, { kind: 'request' }>
    const parts = {
      app: await market.sign('app', market.appOrder()),
      pool: await market.sign('pool', market.poolOrder()),
    }
    for (const [maxVolume, state] of [
      [1, 'open'],
      [5, 'filled'],
    ] as const) {
      const sent = await matchOrders(market.requester, { ...parts, request: signed, maxVolume })
      const { blockNumber } = await waitForSuccess(market.requester, sent)
      const row = await get(`/orders/${request.hash}?minBlock=${blockNumber}`, zBookOrder)
      expect(row.state).toBe(state)
    }
  })

  it('answers 400 and never 500 to whatever is posted', async () => {
    const { order, signature } = await market.sign('pool', market.poolOrder())
    const fields = Object.keys(order)
    const nasty = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('', '0x', '-1', '1e9', '9'.repeat(79), -1, 2 ** 53, 1.5, null, [], {}),
    )
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({
        kind: fc.constantFrom('app', 'pool', 'request', 'x'),
        order: nasty,
        signature: nasty,
      }),
      fc.tuple(fc.constantFrom(...fields), nasty).map(([field, value]) => ({
        kind: 'pool',
        signature,
        order: { ...order, [field]: value },
      })),
    )
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const response = await post('/orders', value)
        expect([200, 400, 404]).toContain(response.status)
        if (response.status !== 200)
          expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } })
      }),
      { numRuns: 150 },
    )
  })
})

describe('POST /match', () => {
  const match = async (request: ReturnType<TestMarket['requestOrder']>) => {
    const response = await post('/match', { request })
    return zMatchAnswer.parse(await response.json())
  }

  it('finds orders that Market then takes', async () => {
    await postOrder(await market.sign('app', market.appOrder({ volume: 40n })))
    const cheap = await postOrder(
      await market.sign('pool', market.poolOrder({ price: wei(4n), volume: 7n })),
    )
    const order = market.requestOrder({ volume: 20n })
    const found = await match(order)
    if (!found.found) throw new RangeError(JSON.stringify(found.reasons))
    expect(found).toMatchObject({ volume: 7, costPerTask: 6n })
    expect(found.pool.hash).toBe(cheap.hash)
    const txHash = await matchOrders(market.requester, {
      app: found.app.signed as never,
      pool: found.pool.signed as never,
      request: await market.sign('request', order),
    })
    const [deal] = dealsOfReceipt(await waitForSuccess(market.requester, txHash))
    expect(deal?.terms).toMatchObject({ volume: 7, poolPrice: 4n })
  })

  it('asks the group that an order is restricted to', async () => {
    const cheapest = market.poolOrder({ price: wei(1n), volume: 5n })
    const open = await deploy(ANSWERS_ONE)
    const group = await postOrder(await market.sign('pool', { ...cheapest, onlyRequester: open }))
    const shut = await deploy(ANSWERS_MAGIC)
    await postOrder(await market.sign('pool', { ...cheapest, price: wei(0n), onlyRequester: shut }))
    const answer = await match(market.requestOrder())
    expect(answer.found && answer.pool.hash).toBe(group.hash)
  })

  it('matches ads, and hands them out with the orders', async () => {
    const ad = compileAd('[ Region = "EU"; Requirements = TARGET.Tasks <= 100 ]')
    const offer = market.poolOrder({ price: wei(0n), volume: 5n, ad: hashAd(ad) })
    const pool = await postOrder({ ...(await market.sign('pool', offer)), ad })
    const askWith = async (tasks: number) => {
      const requestAd = compileAd(`[ Tasks = ${tasks}; Requirements = TARGET.Region == "eu" ]`)
      const request = market.requestOrder({ ad: hashAd(requestAd) })
      const response = await post('/match', { request, ad: requestAd })
      return zMatchAnswer.parse(await response.json())
    }
    const found = await askWith(7)
    expect(found.found && found.pool).toMatchObject({ hash: pool.hash, signed: { ad } })
    const refused = await askWith(101)
    const codes = refused.found ? [] : refused.reasons.map(({ code }) => code)
    expect(codes).toContain('REQUIREMENTS_NOT_MET')
  })

  it('takes the pool that the request ranks first, and the cheapest without a rank', async () => {
    const roomy = await postOrder(
      await market.sign('pool', market.poolOrder({ diskMiB: 4096, volume: 3n })),
    )
    await postOrder(await market.sign('pool', market.poolOrder({ price: wei(2n), volume: 3n })))
    const ask = async (rank?: string) => {
      const response = await post('/match', { request: market.requestOrder(), rank })
      const answer = zMatchAnswer.parse(await response.json())
      return answer.found ? answer.pool.hash : answer.reasons
    }
    expect(await ask('TARGET.DiskMiB - MY.DiskMiB')).toBe(roomy.hash)
    expect(await ask('ifThenElse(TARGET.Nothing, 1, 0)')).toBe(await ask())
    expect(await ask()).not.toBe(roomy.hash)
  })

  it('chooses by weights over price and record, and says how the offers stand', async () => {
    let minBlock = 0
    for (const volume of [4, 5, 6]) {
      const deal = await market.openDeal(volume)
      const all = Array.from({ length: volume }, (_, i) => i)
      minBlock = (await market.settle(deal, all, blobs)).blockNumber
    }
    await get(`/info?minBlock=${minBlock}`, z.unknown())
    const request = market.requestOrder({ volume: 5n })
    const response = await post('/match', { request, weights: { price: 2, reliability: 1 } })
    const answer = zMatchAnswer.parse(await response.json())
    if (!answer.found) throw new RangeError(JSON.stringify(answer.reasons))
    const cheapest = await match(request)
    expect(answer.pool.hash).toBe(cheapest.found && cheapest.pool.hash)
    const [first, ...others] = answer.standings ?? []
    expect(first).toMatchObject({ order: answer.pool.hash, pool: market.pool })
    expect(first?.values).toMatchObject({ reliability: 1, time: expect.any(Number) })
    expect(first?.values).not.toHaveProperty('trust')
    expect(first?.evidence.deals).toBeGreaterThanOrEqual(3)
    expect(others.length).toBeGreaterThan(0)
    for (const { net } of others) expect(net).toBeLessThanOrEqual(first?.net ?? 0)
  })

  it('refuses weights that say nothing, or come with a rank', async () => {
    const request = market.requestOrder()
    const asked = [{ weights: {} }, { weights: { price: 0 } }, { weights: { beauty: 1 } }]
    for (const more of [...asked, { weights: { price: 1 }, rank: '1' }]) {
      const response = await post('/match', { request, ...more })
      expect([response.status, await codeOf(response)]).toEqual([400, 'INVALID_INPUT'])
    }
  })

  it('refuses a rank that cannot be read', async () => {
    const response = await post('/match', { request: market.requestOrder(), rank: '1 +' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { code: 'CLASS_AD_SYNTAX', meta: { position: 3 } },
    })
  })

  it('finds a pool that promises what is asked of time', async () => {
    const promise = { taskSec: seconds(60), slaBps: 9500 }
    const pool = await postOrder(await market.sign('pool', market.poolOrder(promise)))
    const found = await match(market.requestOrder({ taskSec: seconds(90), slaBps: 9500 }))
    expect(found.found && found.pool.hash).toBe(pool.hash)
    const answer = await match(market.requestOrder({ taskSec: seconds(59), slaBps: 9600 }))
    const reasons = answer.found ? [] : answer.reasons
    const codes = reasons.filter(({ order }) => order === pool.hash).map(({ code }) => code)
    expect(codes.sort()).toEqual(['BEYOND_OFFER', 'TOO_SLOW'])
  })

  it('says why no order fits', async () => {
    const pool = await postOrder(await market.sign('pool', market.poolOrder()))
    const answer = await match(market.requestOrder({ fuel: 10n ** 15n, maxAppPrice: wei(0n) }))
    const reasons = answer.found ? [] : answer.reasons
    expect(reasons).toContainEqual(
      expect.objectContaining({ order: pool.hash, code: 'BEYOND_OFFER' }),
    )
    expect(reasons.map(({ code }) => code)).toContain('PRICE_ABOVE')
  })
})

describe('tables', () => {
  it('shows a deal from its match to its last task', async () => {
    const deal = await market.openDeal(3)
    const path = `/deals/${deal.dealId}`
    const opened = await get(`${path}?minBlock=${deal.blockNumber}`, zDealRow)
    expect(opened).toMatchObject({ state: 'open', settled: 0, terms: deal.terms })
    const { nonce, blockNumber } = await market.settle(deal, [0, 1, 2], blobs)
    const done = await get(`${path}?minBlock=${blockNumber}`, zDealRow)
    expect(done).toMatchObject({ state: 'done', settled: 3, paid: 36n })
    const { items } = await get(`${path}/tasks?state=settled`, zPage(zTaskRow))
    expect(items.map(({ index }) => index)).toEqual([0, 1, 2])
    const [task] = items
    expect(await get(`/tasks/${task?.taskId}`, zTaskRow)).toMatchObject({ index: 0 })
    expect(await get(`/batches/${market.pool}/${nonce}`, zBatchRow)).toMatchObject({ tasks: 3 })
    const batches = await get(`/batches?pool=${market.pool}&limit=1`, zPage(zBatchRow))
    expect(batches.items[0]?.nonce).toBe(nonce)
    const deals = await get(
      `/deals?requester=${market.requester.address}&state=done`,
      zPage(zDealRow),
    )
    expect(deals.items[0]?.dealId).toBe(deal.dealId)
  })

  it('shows open tasks of a deal, by pages and one by one', async () => {
    const deal = await market.openDeal(5)
    const { blockNumber } = await market.settle(deal, [3])
    const path = `/deals/${deal.dealId}/tasks`
    const first = await get(`${path}?limit=2&minBlock=${blockNumber}`, zPage(zTaskRow))
    const second = await get(`${path}?limit=2&after=${first.next}`, zPage(zTaskRow))
    const third = await get(`${path}?limit=2&after=${second.next}`, zPage(zTaskRow))
    expect([first, second, third].flatMap(({ items }) => items.map(({ state }) => state))).toEqual([
      'open',
      'open',
      'open',
      'settled',
      'open',
    ])
    expect(third.next).toBeUndefined()
    const open = await get(`${path}?state=open`, zPage(zTaskRow))
    expect(open.items.map(({ index }) => index)).toEqual([0, 1, 2, 4])
    expect(await get(`${path}/4`, zTaskRow)).toMatchObject({
      state: 'open',
      taskId: hashTask(deal.dealId, 4),
    })
  })

  it('lists assets with their best price, workers and accounts', async () => {
    await postOrder(await market.sign('app', market.appOrder({ price: wei(1n), volume: 1n })))
    const app = await get(`/apps/${market.app}`, zAssetRow)
    expect(app).toMatchObject({ kind: 'app', owner: market.appOwner.address, price: 1n })
    const pools = await get('/pools', zPage(zAssetRow))
    expect(pools.items.map(({ asset }) => asset)).toEqual([market.pool])
    expect((await get('/datasets', zPage(zAssetRow))).items).toEqual([])
    const workers = await get('/workers', zPage(zWorkerRow))
    expect(workers.items[0]).toMatchObject({ worker: market.worker.address, bond: 10n ** 20n })
    const account = await get(
      `/accounts/${market.worker.address.toUpperCase().replace('X', 'x')}`,
      zAccountRow,
    )
    expect(account).toMatchObject({ account: market.worker.address, locked: 10n ** 20n })
  })

  it('answers a bad query with the field that is wrong', async () => {
    const cases = {
      '/deals?limit=0': 'query.limit',
      '/deals?limit=5000': 'query.limit',
      '/deals?after=x': 'query.after',
      '/deals?requester=bob': 'query.requester',
      '/deals?nonsense=1': 'query',
      '/orders?open=maybe': 'query.open',
      '/deals/0x12': 'path.dealId',
      '/batches/0x12/1': 'path.pool',
      '/workers?after=1': 'query.after',
      '/info?minBlock=-1': 'query.minBlock',
    }
    for (const [path, field] of Object.entries(cases)) {
      const response = await fetch(api.url + path)
      expect(response.status, path).toBe(400)
      expect(await response.json(), path).toMatchObject({
        error: { code: 'INVALID_INPUT', meta: { field } },
      })
    }
  })

  it('answers 404 for what is not there', async () => {
    const none = `0x${'7'.repeat(64)}`
    for (const path of [
      `/deals/${none}`,
      `/deals/${none}/tasks`,
      `/tasks/${none}`,
      `/orders/${none}`,
      '/nothing',
      `/batches/${market.pool}/99999`,
    ]) {
      const response = await fetch(api.url + path)
      expect([response.status, await codeOf(response)], path).toEqual([404, 'NOT_FOUND'])
    }
  })
})

describe('GET /events', () => {
  /** Reads events until `enough` says so. */
  async function listen(
    headers: Record<string, string>,
    enough: (events: { id: number; event: z.output<typeof zMarketEvent> }[]) => boolean,
    onOpen: () => Promise<unknown> = () => Promise.resolve(),
  ) {
    const signal = AbortSignal.timeout(20_000)
    const response = await fetch(`${api.url}/events`, { headers, signal })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    void onOpen()
    let text = ''
    for await (const part of response.body as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(part)
      const events = [...text.matchAll(/id: (\d+)\nevent: \w+\ndata: (.+)\n\n/g)].map(
        ([, id, data]) => ({ id: Number(id), event: zMarketEvent.parse(JSON.parse(data ?? '')) }),
      )
      if (enough(events)) return events
    }
    throw new RangeError('the stream ended')
  }

  it('tells of orders, deals, batches and tasks as they happen, and again after a gap', async () => {
    let dealId = ''
    const act = async () => {
      await postOrder(await market.sign('pool', market.poolOrder()))
      const deal = await market.openDeal(2)
      dealId = deal.dealId
      await market.settle(deal, [0, 1], blobs)
    }
    const isDone = (events: { event: z.output<typeof zMarketEvent> }[]) =>
      events.some(
        ({ event }) => event.kind === 'tasks' && event.dealId === dealId && event.settled === 2,
      ) && events.some(({ event }) => event.kind === 'batch')
    const events = await listen({}, isDone, act)
    const kinds = events.map(({ event }) => event.kind)
    for (const kind of ['order', 'deal', 'tasks', 'batch']) expect(kinds).toContain(kind)
    const ids = events.map(({ id }) => id)
    expect(ids).toEqual([...ids].sort((a, b) => a - b))

    const [first] = events
    const later = await listen(
      { 'last-event-id': `${first?.id}` },
      (found) => found.length >= events.length - 1,
    )
    expect(later.slice(0, events.length - 1)).toEqual(events.slice(1))
  })
})

describe('the service', () => {
  it('describes itself', async () => {
    const info = await get('/info', zInfo)
    expect(info).toMatchObject({ chainId: chain.chainId, contracts: chain.contracts })
    const zDescription = z.object({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) })
    const description = await get('/openapi.json', zDescription)
    expect(description.openapi).toBe('3.1.0')
    expect(Object.keys(description.paths)).toEqual(
      expect.arrayContaining(['/orders', '/match', '/deals/{dealId}/tasks', '/events']),
    )
  })

  it('reports health and metrics', async () => {
    const health = await fetch(`${api.url}/healthz`)
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({ ok: true, chain: { ok: true } })
    const metrics = await (await fetch(`${api.url}/metrics`)).text()
    expect(metrics).toContain('millrace_index_following 1')
    expect(metrics).toContain('millrace_api_request_seconds_count')
    expect(metrics).not.toContain(market.app)
  })

  it('serves the status page under a strict policy', async () => {
    const page = await fetch(`${api.url}/`)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const html = await page.text()
    const files = [...html.matchAll(/(?:href|src)="(\/[\w.]+\.(?:css|js))"/g)].map(
      ([, file]) => file,
    )
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) expect((await fetch(api.url + file)).status, file).toBe(200)
  })
})
