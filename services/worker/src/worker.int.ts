import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDeal } from './testing/aDeal.ts'
import { type HonestPool, honestPool } from './testing/honestPool.ts'
import { type PoolServer, startPoolServer } from './testing/poolServer.ts'
import {
  aWorld,
  type TestWorker,
  type TestWorkerOptions,
  type TestWorld,
  workerStarter,
} from './testing/testWorker.ts'

describe('a worker and an honest pool over real sessions', () => {
  let world: TestWorld
  let server: PoolServer
  let pool: HonestPool
  let workers: TestWorker[]

  beforeEach(async () => {
    world = aWorld()
    server = await startPoolServer()
    pool = honestPool(server, world)
    workers = []
  })
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()))
    await server.close()
  })
  const start = (options?: TestWorkerOptions) => workerStarter(world, server, workers)(options)

  it('takes a task from its assignment to settlement', async () => {
    const worker = await start()
    const deal = await aDeal(world, { tasks: [{ args: ['hello'] }] })
    await pool.give(deal, [worker.address])
    await pool.allSettled(deal.taskIds)
    expect(pool.faults).toEqual([])
    expect(worker.runtime.ran.map(({ args }) => args)).toEqual([['hello']])
  })

  it('agrees with another worker on every task of a bag', async () => {
    const [one, two] = [await start({ key: 1 }), await start({ key: 2 })]
    const tasks = Array.from({ length: 40 }, (_, i) => ({ args: [`${i}`] }))
    const deal = await aDeal(world, { tasks })
    await pool.give(deal, [one.address, two.address])
    await pool.allSettled(deal.taskIds)
    expect(pool.faults).toEqual([])
    expect(new Set(pool.settled.values()).size).toBe(40)
  })

  it('publishes before it reports where the pool is trusted', async () => {
    const worker = await start()
    const deal = await aDeal(world, { trust: 0, tasks: [{ args: ['a'] }, { args: ['b'] }] })
    await pool.give(deal, [worker.address])
    await pool.allSettled(deal.taskIds)
    expect(pool.faults).toEqual([])
    expect(server.received.map(({ message }) => message.type)).not.toContain('commitments')
  })
})
