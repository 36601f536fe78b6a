import { readFileSync } from 'node:fs'
import { readParameters, readStanding } from '@millrace/chain'
import { neverRevealing, vanishingAfterCommit, wrongDigest } from '@millrace/worker/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Bag, type BagReport, buyBag, followBag, untilConnected } from './chaos/bag.ts'
import { type ExtraWorker, startCheatingWorker } from './chaos/cheatingWorker.ts'
import { checkPaidOnce } from './chaos/checkPaidOnce.ts'
import { type CloudUnderTest, startCloudUnderTest } from './chaos/cloudUnderTest.ts'

// What a liar among three workers gains: nothing, and it loses half its bond.

describe('a cloud of two honest workers and a liar', () => {
  let cloud: CloudUnderTest
  let liar: ExtraWorker | undefined
  const strangers: ExtraWorker['address'][] = []
  beforeAll(async () => {
    cloud = await startCloudUnderTest()
  })
  afterEach(async () => {
    await liar?.stop()
    liar = undefined
  })
  afterAll(() => cloud.stop())

  async function joined(cheat: Parameters<typeof startCheatingWorker>[1]): Promise<ExtraWorker> {
    liar = await startCheatingWorker(cloud, cheat)
    strangers.push(liar.address)
    await untilConnected(cloud, liar.address)
    return liar
  }
  async function finish(bag: Bag, damages = 0n): Promise<BagReport> {
    return checkPaidOnce(cloud, bag, await followBag(cloud, bag), { damages, strangers })
  }

  it('settles what the honest say; who votes otherwise is slashed for the buyer and banned', async () => {
    const { address, bond } = await joined(wrongDigest())
    const { slashBps } = await readParameters(cloud.chain())
    const slashed = (bond * BigInt(slashBps)) / 10_000n
    const bag = await buyBag(cloud, { tasks: 30 })
    const report = await finish(bag, slashed)

    for (const { index, folder } of report.results)
      expect(readFileSync(`${report.dir}/${folder}/stdout`, 'utf8')).toBe(primesOf(index + 1))
    expect(report.workers.find(({ worker }) => worker === address)?.faults).toBeGreaterThan(0)
    const standing = await readStanding(cloud.chain(), address)
    expect(standing).toMatchObject({ bond: bond - slashed, checks: 0 })
    expect(standing.faults).toBeGreaterThan(0)
    expect(standing.bannedUntil).toBeGreaterThan(Date.now() / 1000)
  })

  it.each([
    ['vanishes after its commitments', vanishingAfterCommit],
    ['seals and never reveals', neverRevealing],
  ])('finishes without one that %s, which earns nothing', async (_, cheat) => {
    const { address, bond } = await joined(cheat())
    const report = await finish(await buyBag(cloud, { tasks: 12 }))
    expect(report.payments.filter(({ to }) => to === address)).toEqual([])
    expect((await readStanding(cloud.chain(), address)).bond).toBe(bond)
  })
})

/** What catalogue app `primes` prints for the task of this number; see `buyBag`. */
function primesOf(number: number): string {
  const [from, to] = [number * 10_000, number * 10_000 + 499]
  let count = 0
  for (let n = from; n < to; n++) if (isPrime(n)) count++
  return `${count} primes from ${from} to ${to}\n`
}

function isPrime(n: number): boolean {
  if (n % 2 === 0) return n === 2
  for (let d = 3; d * d <= n; d += 2) if (n % d === 0) return false
  return n > 1
}
