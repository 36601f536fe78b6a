import { type Hex, type OrderHash, wei } from '@millrace/base'
import { approveToken, depositFor, waitForSuccess } from '@millrace/chain'
import { type Client, listApps, listDeals, textOfAd, walletOf } from '@millrace/sdk'
import { deployPrimeCounter, type PrimeCounter } from '@millrace/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CloudUnderTest, startCloudUnderTest, until } from './chaos/cloudUnderTest.ts'
import { aStranger } from './chaos/stranger.ts'

// The contract of docs/guides/dapp.md on a whole cloud: it asks, strangers' workers compute, it is called back.

const UNIT = 10n ** 18n
const WORKERS = ['worker-1', 'worker-2'] as const
const ending = new AbortController()
let cloud: CloudUnderTest
let author: Client
let counter: PrimeCounter

beforeAll(async () => {
  cloud = await startCloudUnderTest({ flags: ['--settle-window', '3m'] })
  author = await aStranger(cloud, { coins: 100, signal: ending.signal })
  counter = await deployCounter()
}, 300_000)
afterAll(async () => {
  ending.abort()
  await cloud.stop()
})

// What one story leaves behind must not fail the next.
afterEach(() => counter.setPaused(false))

/** With money of its own in escrow: 90 % trust, at most a coin for app and pool each. */
async function deployCounter(): Promise<PrimeCounter> {
  const wallet = walletOf(author)
  const primes = (await listApps(author)).find(({ ad }) => textOfAd(ad, 'Name') === 'primes')
  if (primes === undefined) throw new RangeError('the catalogue has no primes')
  const made = await deployPrimeCounter(wallet, {
    app: primes.asset,
    maxPrice: UNIT,
    minOdds: 9n * UNIT,
  })
  const amount = wei(50n * UNIT)
  const { escrow } = wallet.contracts
  await waitForSuccess(wallet, await approveToken(wallet, { spender: escrow, amount }))
  await waitForSuccess(wallet, await depositFor(wallet, { account: made.at, amount }))
  return made
}

const ask = (from: bigint, to: bigint, deadlineSec: number) =>
  counter.ask({ from, to, deadlineSec })

const becomes = (requestHash: Hex, status: string, timeoutMs = 120_000): Promise<void> =>
  until(
    `the question is ${status}`,
    async () => (await counter.questionOf(requestHash)).status === status,
    {
      timeoutMs,
      everyMs: 100,
    },
  )

async function dealOf(requestHash: OrderHash): Promise<string | undefined> {
  const [deal] = await listDeals(author, { requestHash })
  return deal?.dealId
}

describe('a contract that buys a computation', () => {
  it('is tried before anything is sent, with the program run here', async () => {
    const data = counter.askData({ from: 1000n, to: 1999n, deadlineSec: 3600 })
    type Found = {
      requestHash: OrderHash
      callback: { isCalled: boolean; reason?: string }
      result: { content: Hex }
    }
    const found = await cloud.ask<Found>(['dapp', 'simulate', counter.at, data])
    expect(found.callback.isCalled).toBe(true)
    expect(Buffer.from(found.result.content.slice(2), 'hex').toString()).toBe(
      '135 primes from 1000 to 1999\n',
    )
    const refused = await cloud.millrace(['dapp', 'simulate', counter.at, data, '--prints', 'none'])
    expect(refused.code).toBe(1)
    expect((await counter.questionOf(found.requestHash)).status).toBe('none')
  })

  it('asks on chain and gets its answer, without anybody but the cloud', async () => {
    const question = await ask(1000n, 1999n, 600)
    await becomes(question, 'answered')
    expect(await counter.questionOf(question)).toEqual({ status: 'answered', count: 135n })
  })

  it('that fails when it is called back is called again once it can', async () => {
    await counter.setPaused(true)
    const question = await ask(2000n, 2999n, 600)
    await until('the task has settled', async () => {
      const [deal] = await listDeals(author, { requestHash: question })
      return deal?.settled === 1
    })
    const deal = (await dealOf(question)) ?? ''
    const nothing = await cloud.millrace(['dapp', 'retry', deal, '0'])
    expect(nothing.stderr).toContain('docs/errors/nothing-waits.md')
    const tried = await cloud.millrace(['dapp', 'deliver', deal, '0'])
    expect(tried.code).toBe(1)
    const forced = await cloud.millrace(['dapp', 'deliver', deal, '0', '--force', '--json'])
    expect(JSON.parse(forced.stdout).sent).toMatchObject({ isCalled: false, kind: 'deliver' })
    expect((await counter.questionOf(question)).status).toBe('asked')
    await counter.setPaused(false)
    // Either of them: the courier tries by itself, and what is called twice is called once.
    await cloud.millrace(['dapp', 'retry', deal, '0'])
    await becomes(question, 'answered')
    expect(await counter.questionOf(question)).toEqual({ status: 'answered', count: 127n })
  })

  it('hears that the program cannot do it', async () => {
    // More fuel than a question may use, on any machine.
    const question = await ask(1n, 4_000_000_000n, 600)
    await becomes(question, 'failed', 120_000)
    const [deal] = await listDeals(author, { requestHash: question })
    expect(deal?.settled).toBe(1)
  })

  it('hears of a question that nobody answered in time', async () => {
    const question = await whileWorkersStandStill(async () => {
      const asked = await ask(1000n, 1999n, 10)
      await until('it is matched', async () => (await dealOf(asked)) !== undefined)
      // The deadline, the settle window, and somebody to end the deal.
      await becomes(asked, 'failed', 240_000)
      return asked
    })
    const [deal] = await listDeals(author, { requestHash: question })
    expect(deal?.settled).toBe(0)
  }, 300_000)

  it('is served after all of the cloud was killed in between', async () => {
    const question = await ask(3000n, 3999n, 600)
    await cloud.killAll()
    await cloud.startAgain()
    await becomes(question, 'answered', 120_000)
    expect(await counter.questionOf(question)).toEqual({ status: 'answered', count: 120n })
  })
})

/** Stopped as by a machine that freezes: nothing says that they are gone. */
async function whileWorkersStandStill<T>(act: () => Promise<T>): Promise<T> {
  const pids = WORKERS.map((worker) => cloud.pidOf(worker)).filter((pid) => pid !== undefined)
  expect(pids).toHaveLength(WORKERS.length)
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  try {
    return await act()
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
}
