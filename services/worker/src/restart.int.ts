import { cpSync } from 'node:fs'
import type { WorkerMessage } from '@millrace/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cheat } from './cheat.ts'
import { aDeal } from './testing/aDeal.ts'
import { endless } from './testing/fakeRuntime.ts'
import { type HonestPool, honestPool } from './testing/honestPool.ts'
import { type PoolServer, startPoolServer } from './testing/poolServer.ts'
import {
  aHome,
  aWorld,
  type TestWorker,
  type TestWorkerOptions,
  type TestWorld,
  workerStarter,
} from './testing/testWorker.ts'

type Type = WorkerMessage['type']

/**
 * Stands for kill -9: at the first message of a type the home folder is copied as it is on disk, and
 * from then on the worker says nothing. Its successor starts from the copy.
 */
function killedAt(type: Type | undefined, when: 'before' | 'after' = 'before') {
  const copy = aHome()
  let isDead = false
  let died: () => void = () => {}
  const dead = new Promise<void>((resolve) => {
    died = resolve
  })
  const kill = (home: string): void => {
    isDead = true
    cpSync(home, copy, { recursive: true })
    died()
  }
  const cheatAt = (home: string): Cheat => ({
    outgoing: (message) => {
      if (isDead) return undefined
      if (message.type !== type) return message
      kill(home)
      return when === 'after' ? message : undefined
    },
  })
  return { copy, cheatAt, dead, kill }
}

describe('a worker killed', () => {
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

  const bound = ['commitments', 'tags', 'seal', 'reveal', 'published'] as const
  const cases = bound.flatMap((type) => [
    { type, when: 'before' as const },
    { type, when: 'after' as const },
  ])

  it.each(cases)('$when it sends $type goes on and settles', async ({ type, when }) => {
    const { copy, cheatAt, dead } = killedAt(type, when)
    const home = aHome()
    const [first, other] = [
      await start({ key: 1, home, cheat: cheatAt(home) }),
      await start({ key: 2 }),
    ]
    const deal = await aDeal(world, { tasks: [{ args: ['a'] }, { args: ['b'] }, { args: ['c'] }] })
    await pool.give(deal, [first.address, other.address])
    await dead
    const second = await start({ key: 1, home: copy })
    await pool.allSettled(deal.taskIds)
    expect(pool.faults).toEqual([])
    // Bound by what it had committed to: nothing was run again.
    expect(second.runtime.ran).toEqual([])
  })

  it.each(['before', 'after'] as const)('%s it sends results at trust 0', async (when) => {
    const { copy, cheatAt, dead } = killedAt('results', when)
    const home = aHome()
    const first = await start({ key: 1, home, cheat: cheatAt(home) })
    const deal = await aDeal(world, { trust: 0, tasks: [{ args: ['a'] }] })
    await pool.give(deal, [first.address])
    await dead
    await start({ key: 1, home: copy })
    // What was not on disk the pool gives again; what was is sent without asking.
    await pool.give(deal, [first.address])
    await pool.allSettled(deal.taskIds)
    expect(pool.faults).toEqual([])
  })

  it('in the middle of a run starts that run again', async () => {
    const home = aHome()
    const { copy, cheatAt, dead, kill } = killedAt(undefined)
    const first = await start({ key: 1, home, cheat: cheatAt(home) })
    first.runtime.behave = (_, signal) => {
      kill(home)
      return endless(signal)
    }
    const deal = await aDeal(world)
    await pool.give(deal, [first.address])
    await dead
    const second = await start({ key: 1, home: copy })
    await pool.give(deal, [first.address])
    await pool.allSettled(deal.taskIds)
    expect(second.runtime.ran).toHaveLength(1)
    expect(pool.faults).toEqual([])
  })
})
