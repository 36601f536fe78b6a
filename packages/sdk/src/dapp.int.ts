import {
  type DealId,
  type Hex,
  type ResultDigest,
  seededRandom,
  silentLogger,
  systemClock,
  wei,
} from '@millrace/base'
import {
  dealsOfReceipt,
  depositFor,
  matchOrders,
  readDelivery,
  readRequest,
  settleTrusted,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import {
  type DealTerms,
  hashResult,
  hashTask,
  packResult,
  type RunOutput,
  summariseOutput,
} from '@millrace/protocol'
import { cidOf, cidToContent, memoryBlobStore } from '@millrace/storage/client'
import {
  createTestMarket,
  deployPrimeCounter,
  type PrimeCounter,
  startTestChain,
  type TestChain,
  type TestMarket,
} from '@millrace/testing'
import { encodeFunctionData, sha256 } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from './client.ts'
import { runCourier } from './courier.ts'
import { deliverTask } from './deliverTask.ts'
import type { FollowedDeal } from './settlements.ts'
import { simulateCall } from './simulateCall.ts'
import { printedResult, simulateCallback } from './simulateCallback.ts'

// The example contract of examples/dapp on a real chain with the real contracts; results in memory.

let chain: TestChain
let market: TestMarket
let counter: PrimeCounter
let nonce = 900n
const blobs = memoryBlobStore()

beforeAll(async () => {
  chain = await startTestChain()
  market = await createTestMarket(chain, { nowSec: Math.floor(Date.now() / 1000) })
  const { app, requester } = market
  counter = await deployPrimeCounter(requester, { app, maxPrice: 10n ** 18n, minOdds: 0n })
  const deposit = { account: counter.at, amount: wei(10n ** 18n) }
  await waitForSuccess(chain.faucet, await depositFor(chain.faucet, deposit))
}, 180_000)
afterAll(() => chain.stop())
beforeEach(() => counter.setPaused(false))

const client = (wallet: WriteClient = market.requester): Client => ({
  apiUrl: 'http://market',
  fetch: (() => Promise.resolve(new Response('{}', { status: 404 }))) as typeof fetch,
  clock: systemClock,
  random: seededRandom(1),
  chain: chain.read,
  storage: blobs,
  wallet,
  sha256: (bytes) => sha256(bytes, 'bytes'),
})

const QUESTION = { from: 1000n, to: 1999n, deadlineSec: 3600 }

/** Asks on chain and matches the question; the pool's word is not enough for it, so `minOdds` is what fits. */
async function openQuestion(): Promise<FollowedDeal> {
  const requestHash = await counter.ask(QUESTION)
  const order = await readRequest(chain.read, { requestHash })
  if (order === undefined) throw new RangeError('the contract placed no request')
  const sent = await matchOrders(market.requester, {
    app: await market.sign('app', market.appOrder()),
    pool: await market.sign('pool', market.poolOrder({ maxOdds: 10n ** 21n, ...BIG })),
    request: { order, signature: '0x' },
  })
  const receipt = await waitForSuccess(market.requester, sent)
  const [deal] = dealsOfReceipt(receipt)
  if (deal === undefined) throw new RangeError('no deal')
  return { ...deal, txHash: receipt.txHash, block: receipt.blockNumber }
}

const BIG = { fuel: 10n ** 12n, memoryMiB: 1024, diskMiB: 1024, wallSec: 1000 }

const output = (text: string): RunOutput => ({
  status: 'ok',
  exitCode: 0,
  fuel: 7n,
  stdout: new TextEncoder().encode(text),
  stderr: new Uint8Array(0),
  files: [{ path: 'log', bytes: new TextEncoder().encode('noise') }],
})

/** Settles the first tasks of deals in one batch, all with this output, and puts it into storage. */
async function settle(deals: readonly FollowedDeal[], text: string): Promise<void> {
  const archive = packResult(output(text))
  const results = deals.map(({ dealId }) => ({ taskId: hashTask(dealId, 0), cid: cidOf(archive) }))
  const locations = new TextEncoder().encode(
    JSON.stringify({ format: 'millrace/locations/1', results }),
  )
  await blobs.putMany([archive, locations])
  const summary = summariseOutput(output(text), (bytes) => sha256(bytes, 'bytes'))
  const digest = (dealId: DealId): ResultDigest => hashResult(hashTask(dealId, 0), summary)
  const sent = await settleTrusted(market.poolOwner, {
    pool: market.pool,
    nonce: ++nonce,
    locations: cidToContent(cidOf(locations)).content,
    parts: deals.map(({ terms, dealId }) => ({
      terms: terms as DealTerms,
      tasks: [{ index: 0, digests: [digest(dealId)] }],
    })),
    payees: [{ worker: market.worker.address, slots: deals.map((_, slot) => slot) }],
  })
  await waitForSuccess(market.poolOwner, sent)
}

describe('a simulated call', () => {
  const call = () => ({
    from: market.requester.address,
    to: counter.at,
    data: counter.askData(QUESTION),
  })

  it('goes from the question to the answer, with gas and events, and changes nothing', async () => {
    const block = await chain.read.rpc<Hex>('eth_blockNumber')
    const found = await simulateCall(client(), {
      call: call(),
      abi: counter.abi,
      produce: (request, bag) => {
        expect(request.callback).toBe(counter.at)
        expect(new TextDecoder().decode(Buffer.from((bag ?? '0x').slice(2), 'hex'))).toContain(
          '"args":["1000","1999"]',
        )
        return printedResult('135 primes from 1000 to 1999\n')
      },
    })
    expect(found.callback.isCalled).toBe(true)
    expect(found.callback.reason).toBeUndefined()
    expect(found.callback.logs).toHaveLength(1)
    expect(Number(found.callback.gasUsed)).toBeGreaterThan(10_000)
    expect(Number(found.callback.gasUsed)).toBeLessThan(found.request.callbackGas)
    expect(Number(found.callGas)).toBeGreaterThan(100_000)
    expect(await counter.questionOf(found.requestHash)).toEqual({ status: 'none', count: 0n })
    expect(await chain.read.rpc<Hex>('eth_blockNumber')).toBe(block)
  })

  it('gives the answer also when the clock went on while its program ran', async () => {
    const timeOf = async () => {
      const head = await chain.read.rpc<{ timestamp: Hex }>('eth_getBlockByNumber', [
        'latest',
        false,
      ])
      return Number(head.timestamp)
    }
    const before = await timeOf()
    const found = await simulateCall(client(), {
      call: call(),
      produce: async () => {
        while ((await timeOf()) <= before + 1) await counter.setPaused(false)
        return printedResult('135 primes from 1000 to 1999\n')
      },
    })
    expect(found.callback).toMatchObject({ isCalled: true, reason: undefined })
    expect(found.request.expiresAt).toBeGreaterThan(before + 600)
  })

  it('whose work is other than what was run is refused', async () => {
    // The salt of a question counts up; the range here is a pure argument, so only the call can change it.
    const asked = call()
    const later = counter.askData({ ...QUESTION, to: 2999n })
    const produce = () => {
      asked.data = later
      return printedResult('135 primes from 1000 to 1999\n')
    }
    await expect(simulateCall(client(), { call: asked, produce })).rejects.toMatchObject({
      code: 'REQUEST_UNSTEADY',
      meta: { fields: 'bag' },
    })
  })

  it("names the contract's own error when the callback refuses", async () => {
    const produce = () => printedResult('many primes')
    const { callback } = await simulateCall(client(), { call: call(), abi: counter.abi, produce })
    expect(callback.isCalled).toBe(false)
    expect(callback.reason).toMatch(/^NotANumber\(0x/)
  })

  it('says that the gas is used up', async () => {
    const produce = () => printedResult(`${'9'.repeat(18)} ${'x'.repeat(40_000)}`)
    const { requestHash, request, result, moment } = await simulateCall(client(), {
      call: call(),
      produce,
    })
    const callback = await simulateCallback(client(), {
      callback: request.callback,
      callbackGas: 5_000,
      task: { requestHash, bagIndex: 0n, dealId: requestHash as never, index: 0 },
      outcome: { result },
      before: [call()],
      moment,
    })
    expect(callback.isCalled).toBe(false)
    expect(callback.reason).toBe('all 5000 gas is used up')
  })

  it('refuses a call that places nothing', async () => {
    const { abi } = counter
    const data = encodeFunctionData({ abi, functionName: 'setPaused', args: [true] })
    const produce = () => printedResult('1 prime')
    await expect(
      simulateCall(client(), { call: { ...call(), data }, produce }),
    ).rejects.toMatchObject({ code: 'CALL_PLACES_NOTHING' })
  })
})

describe('a delivery', () => {
  it('brings the settled bytes to the contract, out of a batch of three', async () => {
    const deals = [await openQuestion(), await openQuestion(), await openQuestion()]
    await settle(deals, '135 primes from 1000 to 1999\n')
    for (const deal of deals) {
      const { outcome, sent } = await deliverTask(client(), deal, 0)
      expect(outcome).toBe('result')
      expect(sent).toMatchObject({ isCalled: true, kind: 'deliver' })
      expect(await counter.questionOf(deal.terms.requestHash)).toEqual({
        status: 'answered',
        count: 135n,
      })
      expect((await deliverTask(client(), deal, 0)).outcome).toBe('delivered')
    }
  })

  it('sends nothing that would fail, is forced to, and repeats it when the contract can', async () => {
    const deal = await openQuestion()
    expect((await deliverTask(client(), deal, 0)).outcome).toBe('nothing')
    await settle([deal], '7 primes')
    await counter.setPaused(true)
    const tried = await deliverTask(client(), deal, 0)
    expect(tried.sent).toBeUndefined()
    expect(tried.simulation?.isCalled).toBe(false)
    const forced = await deliverTask(client(), deal, 0, { force: true })
    expect(forced.sent).toMatchObject({ isCalled: false, kind: 'deliver' })
    const { dealId } = deal
    expect((await readDelivery(chain.read, { dealId, index: 0 })).pending).toBeDefined()
    await counter.setPaused(false)
    const stranger = await chain.account()
    const again = await deliverTask(client(stranger), deal, 0)
    expect(again.sent).toMatchObject({ isCalled: true, kind: 'retry' })
    expect(await counter.questionOf(deal.terms.requestHash)).toEqual({
      status: 'answered',
      count: 7n,
    })
  })

  it('brings a file with its proof, which this contract refuses, and then what was printed', async () => {
    const deal = await openQuestion()
    await settle([deal], '9 primes')
    const file = await deliverTask(client(), deal, 0, { path: 'log', force: true })
    expect(file.sent).toMatchObject({ isCalled: false, kind: 'deliver' })
    const text = await deliverTask(client(), deal, 0)
    expect(text.sent).toMatchObject({ isCalled: true, kind: 'deliver' })
    expect(await counter.questionOf(deal.terms.requestHash)).toEqual({
      status: 'answered',
      count: 9n,
    })
  })
})

describe('a courier', () => {
  it('leaves a deal of millions of tasks that cost nothing to others', async () => {
    const volume = 2n ** 31n
    const sent = await matchOrders(market.requester, {
      app: await market.sign('app', market.appOrder({ volume, price: wei(0n) })),
      pool: await market.sign(
        'pool',
        market.poolOrder({ volume, price: wei(0n), stake: wei(0n), slots: 0 }),
      ),
      request: await market.sign(
        'request',
        market.requestOrder({ volume, callback: counter.at, callbackGas: 100_000 }),
      ),
    })
    const [deal] = dealsOfReceipt(await waitForSuccess(market.requester, sent))
    const stop = new AbortController()
    const left: unknown[] = []
    const log = {
      ...silentLogger,
      warn: (message: string, fields?: object) => {
        if (message === 'deal too large for the courier') left.push(fields)
      },
    }
    let saved = 0
    const save = (block: number) => {
      saved = block
    }
    const journal = { load: () => 0, save }
    const end = runCourier(client(await chain.account()), {
      ...{ journal, pollMs: 50, log, signal: stop.signal },
    })
    await until(() => Promise.resolve(saved > 0))
    stop.abort()
    await end
    expect(left).toEqual([{ deal: deal?.dealId, volume: Number(volume) }])
  })

  it('delivers what settles, waits while a callback fails, and starts anew where it was killed', async () => {
    const [good, late] = [await openQuestion(), await openQuestion()]
    let saved = 0
    const journal = {
      load: () => saved,
      save: (block: number) => {
        saved = block
      },
    }
    const courier = await chain.account()
    const run = () => {
      const stop = new AbortController()
      const options = { journal, pollMs: 50, log: silentLogger, signal: stop.signal }
      return { stop, end: runCourier(client(courier), options) }
    }
    const first = run()
    await settle([good], '11 primes')
    await until(
      async () => (await counter.questionOf(good.terms.requestHash)).status === 'answered',
    )
    await until(() => Promise.resolve(saved > 0))
    first.stop.abort()
    await first.end
    expect(saved).toBeLessThanOrEqual(late.block)
    await counter.setPaused(true)
    await settle([late], '13 primes')
    const second = run()
    await systemClock.sleep(500)
    expect((await counter.questionOf(late.terms.requestHash)).status).toBe('asked')
    await counter.setPaused(false)
    await until(
      async () => (await counter.questionOf(late.terms.requestHash)).status === 'answered',
    )
    second.stop.abort()
    await second.end
    expect(await counter.questionOf(late.terms.requestHash)).toEqual({
      status: 'answered',
      count: 13n,
    })
  })
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await isSo()) return
    await systemClock.sleep(50)
  }
  throw new RangeError('waited in vain')
}
