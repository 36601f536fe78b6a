import { type ResultDigest, seededRandom, systemClock, wei } from '@millrace/base'
import { type ReadClient, settleTrusted, waitForSuccess } from '@millrace/chain'
import {
  hashResult,
  hashTask,
  packResult,
  type RunOutput,
  summariseOutput,
} from '@millrace/protocol'
import { cidOf, cidToContent, memoryBlobStore } from '@millrace/storage/client'
import {
  createTestMarket,
  startTestChain,
  type TestChain,
  type TestMarket,
} from '@millrace/testing'
import { sha256 } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from './client.ts'
import { type Collected, collectResults } from './collectResults.ts'
import { readJobReceipt } from './receipt.ts'
import type { FollowedDeal, SettledTask } from './settlements.ts'
import { watchJob } from './watchJob.ts'

// Deals and settlements on a real chain; results in memory; the market only sends events.

let chain: TestChain
let market: TestMarket
let nonce = 100n
const blobs = memoryBlobStore()
const MAX = 1024 * 1024

beforeAll(async () => {
  chain = await startTestChain()
  market = await createTestMarket(chain, { nowSec: Math.floor(Date.now() / 1000) })
})
afterAll(() => chain.stop())

/** A client whose market answers nothing but an event stream that the test rings. */
function aClient(read: ReadClient = chain.read) {
  let ring = (): void => {}
  const fetch = ((url: string, { signal }: { signal: AbortSignal }) => {
    if (!url.endsWith('/events')) return Promise.resolve(new Response('{}', { status: 404 }))
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        signal.addEventListener('abort', () => stream.error(signal.reason), { once: true })
        ring = () => stream.enqueue(new TextEncoder().encode(`data: ${lastEvent}\n\n`))
      },
    })
    return Promise.resolve(new Response(body))
  }) as typeof globalThis.fetch
  let lastEvent = ''
  const client: Client = {
    apiUrl: 'http://market',
    fetch,
    clock: systemClock,
    random: seededRandom(1),
    chain: read,
    storage: blobs,
    wallet: market.requester,
    sha256: (bytes) => sha256(bytes, 'bytes'),
  }
  const announce = (dealId: string): void => {
    lastEvent = JSON.stringify({ kind: 'tasks', dealId, settled: 0, volume: 0 })
    ring()
  }
  return { client, announce }
}

const output = (index: number): RunOutput => ({
  status: 'ok',
  exitCode: 0,
  fuel: 7n,
  stdout: new TextEncoder().encode(`task ${index}\n`),
  stderr: new Uint8Array(0),
  files: [],
})

/** Settles tasks with digests of their true results; `served` says what storage has in their place. */
async function settle(
  deal: FollowedDeal,
  indexes: readonly number[],
  served: (index: number) => RunOutput = output,
): Promise<void> {
  const hash = (bytes: Uint8Array): Uint8Array => sha256(bytes, 'bytes')
  const archives = indexes.map((index) => packResult(served(index)))
  const results = indexes.map((index, i) => ({
    taskId: hashTask(deal.dealId, index),
    cid: cidOf(archives[i] as Uint8Array),
  }))
  const locations = new TextEncoder().encode(
    JSON.stringify({ format: 'millrace/locations/1', results }),
  )
  await blobs.putMany([...archives, locations])
  const digests = indexes.map((index): ResultDigest[] => [
    hashResult(hashTask(deal.dealId, index), summariseOutput(output(index), hash)),
  ])
  const sent = await settleTrusted(market.poolOwner, {
    pool: market.pool,
    nonce: ++nonce,
    locations: cidToContent(cidOf(locations)).content,
    parts: [
      {
        terms: deal.terms,
        tasks: indexes.map((index, i) => ({ index, digests: digests[i] as ResultDigest[] })),
      },
    ],
    payees: [{ worker: market.worker.address, slots: indexes.map((_, slot) => slot) }],
  })
  await waitForSuccess(market.poolOwner, sent)
}

async function openDeal(volume: number): Promise<FollowedDeal> {
  const { dealId, terms, blockNumber } = await market.openDeal(volume)
  const txHash = `0x${'00'.repeat(32)}` as never
  return { dealId, terms, txHash, block: blockNumber }
}

const jobOf = (deal: FollowedDeal) => ({
  request: deal.terms.requestHash as never,
  volume: deal.terms.volume,
  deals: [deal],
})

describe('a job', () => {
  it('is followed to its end, every result fetched and checked while others still run', async () => {
    const { client, announce } = aClient()
    const deal = await openDeal(4)
    const seen: number[] = []
    let settled = Promise.resolve()
    const outcome = await collectResults(client, jobOf(deal), {
      maxBytes: MAX,
      onResult: (collected) => {
        expect(collected.kind).toBe('verified')
        seen.push(collected.task.bagIndex)
        if (seen.length === 2) settled = settle(deal, [1, 3]).then(() => announce(deal.dealId))
      },
      ...onFirstLook(() => settle(deal, [2, 0]).then(() => announce(deal.dealId))),
    })
    await settled
    expect(seen.sort()).toEqual([0, 1, 2, 3])
    expect(outcome).toMatchObject({ state: 'done', settled: 4 })
    expect(outcome.batches.map(({ ownTasks }) => ownTasks)).toEqual([2, 2])
  })

  it('is found settled without any event of the market', async () => {
    const { client } = aClient()
    const deal = await openDeal(1)
    await settle(deal, [0])
    const tasks: SettledTask[] = []
    await watchJob(client, jobOf(deal), { onSettled: (more) => tasks.push(...more) })
    expect(tasks.map(({ index }) => index)).toEqual([0])
  })

  it('gives back the reason of whoever stops watching', async () => {
    const { client } = aClient()
    const deal = await openDeal(1)
    const stop = new AbortController()
    const watching = watchJob(client, jobOf(deal), { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(watching).rejects.toThrow('enough')
  })
})

describe('a result', () => {
  it('that is not the one on chain is told apart, and does not hide the others', async () => {
    const { client } = aClient()
    const deal = await openDeal(2)
    await settle(deal, [0, 1], (index) => (index === 1 ? { ...output(1), exitCode: 9 } : output(0)))
    const collected: Collected[] = []
    await collectResults(client, jobOf(deal), {
      maxBytes: MAX,
      onResult: (result) => {
        collected.push(result)
      },
    })
    const byIndex = new Map(collected.map((entry) => [entry.task.index, entry]))
    expect(byIndex.get(0)?.kind).toBe('verified')
    expect(byIndex.get(1)).toMatchObject({ kind: 'unverified', error: { code: 'RESULT_MISMATCH' } })
  })
})

describe('a receipt', () => {
  it('adds up to the price of what settled, and says who got it', async () => {
    const { client } = aClient()
    const deal = await openDeal(3)
    await settle(deal, [0, 1, 2])
    const tasks: SettledTask[] = []
    const outcome = await watchJob(client, jobOf(deal), {
      onSettled: (more) => tasks.push(...more),
    })
    const receipt = await readJobReceipt(client, jobOf(deal), { outcome, tasks })
    const { appPrice, poolPrice } = deal.terms
    expect(receipt.paid).toBe(3n * (appPrice + poolPrice))
    expect(Object.fromEntries(receipt.payments.map(({ role, amount }) => [role, amount]))).toEqual({
      worker: wei(27n),
      pool: wei(3n),
      app: wei(6n),
    })
    expect(receipt.workers).toEqual([
      { worker: market.worker.address, tasks: 3, faults: 0, reward: 27n },
    ])
    expect(receipt.gas.settle > 0n && receipt.gas.commit === 0n).toBe(true)
    expect(receipt.digest).toMatch(/^0x[0-9a-f]{64}$/)
  })

  it('of one task shows the digest of that task', async () => {
    const { client } = aClient()
    const deal = await openDeal(1)
    await settle(deal, [0])
    const tasks: SettledTask[] = []
    const outcome = await watchJob(client, jobOf(deal), {
      onSettled: (more) => tasks.push(...more),
    })
    const receipt = await readJobReceipt(client, jobOf(deal), { outcome, tasks })
    expect(receipt.digest).toBe(tasks[0]?.digest)
  })
})

/** Runs once when the watcher reports for the first time, which is after its first look. */
function onFirstLook(act: () => Promise<void>): { onProgress: () => void } {
  let hasRun = false
  return {
    onProgress: () => {
      if (!hasRun) void act()
      hasRun = true
    },
  }
}
