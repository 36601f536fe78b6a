import { readDeal, readStanding } from '@millrace/chain'
import { zExplanation } from '@millrace/wire'
import {
  copying,
  neverPublishing,
  neverRevealing,
  vanishingAfterCommit,
  wrongDigest,
} from '@millrace/worker/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aPoolWorld, type PoolWorld, type WorldDeal } from './poolWorld.ts'

const PATIENT = { timeout: 60_000, interval: 50 }
/** Patience of a pool that has only workers on this machine. */
const QUICK = {
  heartbeatMs: 200,
  goneMs: 1000,
  answerMs: 2000,
  sealMs: 1000,
  revealMs: 1000,
  publishMs: 1000,
  // Not much more than workers demand.
  receiptMs: 26_000,
  ownerPatienceMs: 0,
}

const words = (count: number) => Array.from({ length: count }, (_, i) => ({ args: [`word ${i}`] }))

describe('a pool and its workers', () => {
  let world: PoolWorld
  beforeAll(async () => {
    world = await aPoolWorld()
  })
  afterEach(async () => {
    await world.stopWorkers()
    await world.stopPool()
  })
  afterAll(() => world.stop())

  const start = (policy = QUICK) => world.startPool(policy)
  const allSettled = (deal: WorldDeal) =>
    expect
      .poll(async () => (await readDeal(world.chain.read, deal.dealId)).settled, PATIENT)
      .toBe(deal.terms.volume)
  const faultsOf = async (worker: { client: { address: Parameters<typeof readStanding>[1] } }) =>
    (await readStanding(world.chain.read, worker.client.address)).faults

  const stateOf = async (worker: string) => {
    const answer = await fetch(`${world.poolUrl()}/workers/${worker}/explain`)
    return zExplanation.parse(await answer.json()).state
  }

  it('settle a bag on the pool’s word, and one on two replicas a task', async () => {
    await start()
    const [one, two] = [await world.startWorker(), await world.startWorker()]
    const trusting = await world.openDeal({ tasks: words(20), trust: 0 })
    await allSettled(trusting)
    const careful = await world.openDeal({ tasks: words(20), trust: 0.9 })
    await allSettled(careful)
    for (const worker of [one, two]) {
      const { checks, faults } = await readStanding(world.chain.read, worker.address)
      expect({ checks, faults }).toEqual({ checks: 20, faults: 0 })
    }
  })

  it('go on when a worker is stopped half-way and started again', async () => {
    await start()
    const [one] = [await world.startWorker(), await world.startWorker()]
    const deal = await world.openDeal({ tasks: words(60) })
    await expect.poll(() => world.countSettled(deal), PATIENT).toBeGreaterThan(0)
    await one.stop()
    await world.startWorker({ client: one.client, home: one.home })
    await allSettled(deal)
  })

  it('go on when the pool is stopped half-way and started again', async () => {
    await start({ ...QUICK, goneMs: 5000 })
    await world.startWorker()
    await world.startWorker()
    const deal = await world.openDeal({ tasks: words(60) })
    await expect.poll(() => world.countSettled(deal), PATIENT).toBeGreaterThan(0)
    await world.stopPool()
    await world.startPool()
    await allSettled(deal)
  })

  it('find out a worker that votes for what it did not compute', async () => {
    await start()
    for (let i = 0; i < 3; i++) await world.startWorker()
    const liar = await world.startWorker({ cheat: wrongDigest() })
    const deal = await world.openDeal({ tasks: words(12) })
    await allSettled(deal)
    expect(await faultsOf(liar)).toBeGreaterThan(0)
  })

  it.each([
    ['vanishes after its commitments', vanishingAfterCommit],
    ['does not publish what it is named for', neverPublishing],
  ])('do without a worker that %s', async (_, cheat) => {
    await start()
    await world.startWorker({ cheat: cheat() })
    await world.startWorker()
    await world.startWorker()
    const deal = await world.openDeal({ tasks: words(6) })
    await allSettled(deal)
  })

  it('do tasks again that hang on a worker that does not reveal', async () => {
    await start()
    const hider = await world.startWorker({ cheat: neverRevealing() })
    await world.startWorker()
    const deal = await world.openDeal({ tasks: words(6) })
    await expect.poll(() => stateOf(hider.address), PATIENT).toBe('dropped')
    await world.startWorker()
    await allSettled(deal)
  })

  it('do without a worker that repeats what another has said', async () => {
    await start()
    const { victim, copycat } = copying()
    await world.startWorker({ cheat: victim })
    await world.startWorker({ cheat: copycat })
    await world.startWorker()
    await world.startWorker()
    const deal = await world.openDeal({ tasks: words(6) })
    await allSettled(deal)
  })
})
