import { readFileSync } from 'node:fs'
import { readParameters, readStanding } from '@millrace/chain'
import type { Cheat } from '@millrace/worker'
import { vanishingAfterCommit, wrongDigest } from '@millrace/worker/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Bag, type BagReport, buyBag, followBag, untilConnected } from './chaos/bag.ts'
import { type ExtraWorker, startCheatingWorker } from './chaos/cheatingWorker.ts'
import { checkPaidOnce } from './chaos/checkPaidOnce.ts'
import { type CloudUnderTest, startCloudUnderTest } from './chaos/cloudUnderTest.ts'

// What liars gain among honest workers: nothing, and a wrong vote costs part of the bond.

describe('a cloud of two honest workers', () => {
  let cloud: CloudUnderTest
  const liars: ExtraWorker[] = []
  beforeAll(async () => {
    cloud = await startCloudUnderTest()
  })
  afterEach(() => Promise.all(liars.map((liar) => liar.stop())))
  afterAll(() => cloud.stop())

  async function join(cheat: Cheat): Promise<ExtraWorker> {
    const liar = await startCheatingWorker(cloud, cheat)
    liars.push(liar)
    await untilConnected(cloud, liar.address)
    return liar
  }
  async function finish(bag: Bag, damages = 0n): Promise<BagReport> {
    const strangers = liars.map(({ address }) => address)
    return checkPaidOnce(cloud, bag, await followBag(cloud, bag), { damages, strangers })
  }

  it('settles what they say; a third that votes otherwise is slashed for the buyer and banned', async () => {
    const { address, bond } = await join(wrongDigest())
    const { slashBps } = await readParameters(cloud.chain())
    const slashed = (bond * BigInt(slashBps)) / 10_000n
    const report = await finish(await buyBag(cloud, { tasks: 30 }), slashed)

    for (const { index, folder } of report.results)
      expect(readFileSync(`${report.dir}/${folder}/stdout`, 'utf8')).toBe(primesOf(index + 1))
    expect(report.workers.find(({ worker }) => worker === address)?.faults).toBeGreaterThan(0)
    const standing = await readStanding(cloud.chain(), address)
    expect(standing).toMatchObject({ bond: bond - slashed, checks: 0 })
    expect(standing.faults).toBeGreaterThan(0)
    expect(standing.bannedUntil).toBeGreaterThan(Date.now() / 1000)
  })

  it('goes on without one that vanishes when bound: it does not earn', async () => {
    const { cheat, count } = silenceOf(vanishingAfterCommit())
    const { address, bond } = await join(cheat)
    const report = await finish(await buyBag(cloud, { tasks: 30 }))
    expect(count()).toBeGreaterThan(0)
    expect(report.payments.filter(({ to }) => to === address)).toEqual([])
    expect((await readStanding(cloud.chain(), address)).bond).toBe(bond)
  })
})

/** Counts what a cheat keeps to itself, as proof that it had the occasion. */
function silenceOf(cheat: Cheat): { cheat: Cheat; count: () => number } {
  let count = 0
  const outgoing: Cheat['outgoing'] = (message) => {
    const sent = cheat.outgoing?.(message)
    if (sent === undefined) count++
    return sent
  }
  return { cheat: { ...cheat, outgoing }, count: () => count }
}

/** What catalogue app `primes` prints for the task of this number; see `buyBag`. */
function primesOf(number: number): string {
  const [from, to] = [number * 10_000, number * 10_000 + 499]
  let count = 0
  for (let n = from; n <= to; n++) if (isPrime(n)) count++
  return `${count} primes from ${from} to ${to}\n`
}

function isPrime(n: number): boolean {
  if (n % 2 === 0) return n === 2
  for (let d = 3; d * d <= n; d += 2) if (n % d === 0) return false
  return n > 1
}
