import { oddsOfTrust } from '@millrace/protocol'
import { encodeState } from '@millrace/scheduler'
import { describe, expect, it } from 'vitest'
import { expectNothingLeft } from './world/invariants.ts'
import { isOver } from './world/simChain.ts'
import { SimWorld } from './world/simWorld.ts'

const SEEDS = [1, 2, 3, 4, 5, 6]

describe.each(SEEDS)('a pool, seed %i', (seed) => {
  it('settles a bag on two honest workers, each task once', () => {
    const world = new SimWorld({ seed, workers: [{ count: 2 }] })
    world.openDeal({ volume: 300, minOdds: oddsOfTrust(0.9) })
    world.openDeal({ volume: 300, minOdds: 0n })
    world.run({ maxSec: 3600 })
    expect(world.settledTasks).toBe(600)
    expect(world.wrongResults).toBe(0)
    expectNothingLeft(world.state)
    expect(encodeState(world.disk.replay())).toBe(encodeState(world.state))
  })

  it('loses nothing when connections break and processes die', () => {
    const world = new SimWorld({
      seed,
      workers: [{ count: 5 }],
      disconnectMs: 8000,
      workerCrashMs: 15_000,
      poolCrashMs: 10_000,
    })
    world.openDeal({ volume: 200, minOdds: oddsOfTrust(0.99) })
    world.openDeal({ volume: 200, minOdds: 0n })
    world.run({ maxSec: 7200 })
    expect(world.settledTasks).toBe(400)
    expect(world.restarts).toBeGreaterThan(0)
    expectNothingLeft(world.state)
    expect(encodeState(world.disk.replay())).toBe(encodeState(world.state))
  })

  it('reaches the trust asked for among liars, forgers and those that hide or fail', () => {
    const world = new SimWorld({
      seed,
      workers: [
        { count: 12 },
        { count: 2, vices: { lies: 0.3 } },
        { count: 1, vices: { hides: 0.5 } },
        { count: 1, vices: { withholds: 0.3 } },
        { count: 1, vices: { forges: 0.3 } },
        { count: 1, vices: { fails: 0.5 } },
      ],
      disconnectMs: 20_000,
      poolCrashMs: 30_000,
    })
    world.openDeal({ volume: 300, minOdds: oddsOfTrust(0.999) })
    world.openDeal({ volume: 100, minOdds: 0n })
    world.run({ maxSec: 7200 })
    expect(world.settledTasks + world.spoiledTasks).toBe(400)
    expect(world.settledTasks).toBeGreaterThan(300)
    expect(world.wrongResults).toBe(0)
    expectNothingLeft(world.state)
  })

  it('gives the work of workers that leave for ever to others', () => {
    const world = new SimWorld({ seed, workers: [{ count: 6 }] })
    world.openDeal({ volume: 400, minOdds: oddsOfTrust(0.9) })
    const leavers = [...world.workers.keys()].slice(0, 3)
    for (const [i, address] of leavers.entries())
      world.timeline.after(3000 + 4000 * i, () => world.remove(address))
    world.run({ maxSec: 3600 })
    expect(world.settledTasks).toBe(400)
    expectNothingLeft(world.state)
  })

  it('comes through everything at once, deadlines included', () => {
    const world = new SimWorld({
      seed,
      workers: [
        { count: 10 },
        { count: 2, vices: { lies: 0.2 } },
        { count: 2, vices: { hides: 0.3, withholds: 0.2, fails: 0.1 } },
        { count: 1, vices: { forges: 0.3 } },
      ],
      taskMs: [20, 2000],
      policy: { batchTasks: 16 },
      disconnectMs: 6000,
      workerCrashMs: 20_000,
      poolCrashMs: 8000,
    })
    world.openDeal({ volume: 120, minOdds: oddsOfTrust(0.99) })
    world.openDeal({ volume: 60, minOdds: 0n })
    world.timeline.after(8000, () =>
      world.openDeal({ volume: 400, minOdds: oddsOfTrust(0.9), deadlineSec: 8 }),
    )
    const leaver = [...world.workers.keys()][3]
    world.timeline.after(9000, () => leaver && world.remove(leaver))
    world.run({ maxSec: 1000 })
    const [voted, trusted] = [...world.chain.deals.values()]
    expect(voted && isOver(voted)).toBe(true)
    expect(trusted?.settled.size).toBe(60)
    expect(world.wrongResults).toBe(0)
    expectNothingLeft(world.state)
    expect(encodeState(world.disk.replay())).toBe(encodeState(world.state))
  })
})
