import { oddsOfTrust } from '@millrace/protocol'
import { encodeState } from '@millrace/scheduler'
import { describe, expect, it } from 'vitest'
import { expectMoneyInPlace, expectNothingLeft } from './world/invariants.ts'
import { SimWorld } from './world/simWorld.ts'

const SEEDS = [1, 2, 3, 4, 5, 6]
const BOND = 100_000n

describe.each(SEEDS)('workers that a pool hears nothing of, seed %i', (seed) => {
  it('are slashed when they are silent on chain too, and the others are paid', () => {
    const world = new SimWorld({
      seed,
      workers: [{ count: 8 }, { count: 2, vices: { hides: 1 } }],
      poolCrashMs: 20_000,
    })
    world.openDeal({ volume: 200, minOdds: oddsOfTrust(0.9) })
    world.run({ maxSec: 7200 })
    const standings = [...world.chain.standings.values()]
    expect(world.settledTasks + world.spoiledTasks).toBe(200)
    expect(world.settledTasks).toBeGreaterThan(100)
    expect(standings.slice(0, 8).every(({ faults, bond }) => faults === 0 && bond === BOND)).toBe(
      true,
    )
    expect(standings.slice(8).some(({ faults, bond }) => faults > 0 && bond < BOND)).toBe(true)
    expectNothingLeft(world.state)
    expectMoneyInPlace(world.chain)
  })

  it('lose nothing when they reveal on chain: what they showed there settles', () => {
    const world = new SimWorld({
      seed,
      workers: [{ count: 3 }, { count: 2, vices: { ignored: 1 } }],
      policy: { revealMs: 10_000, publishMs: 40_000 },
    })
    world.openDeal({ volume: 100, minOdds: oddsOfTrust(0.9) })
    world.run({ maxSec: 7200 })
    const standings = [...world.chain.standings.values()]
    expect(standings.every(({ faults }) => faults === 0)).toBe(true)
    expect(world.chain.reveals.size).toBeGreaterThan(0)
    expect(world.settledTasks).toBe(100)
    expectMoneyInPlace(world.chain)
    expect(encodeState(world.disk.replay())).toBe(encodeState(world.state))
  })

  it('withhold bytes after the reveal: another publishes, and no money goes astray', () => {
    const world = new SimWorld({
      seed,
      workers: [{ count: 4 }, { count: 2, vices: { withholds: 1 } }],
      disconnectMs: 20_000,
    })
    world.openDeal({ volume: 100, minOdds: oddsOfTrust(0.9) })
    world.run({ maxSec: 7200 })
    expect(world.settledTasks + world.spoiledTasks).toBe(100)
    expect(world.wrongResults).toBe(0)
    expectMoneyInPlace(world.chain)
  })

  it('are paid from the stake when their pool drops a batch after the reveal', () => {
    const world = new SimWorld({ seed, workers: [{ count: 4 }], dropsUpTo: 1 })
    world.openDeal({ volume: 40, minOdds: oddsOfTrust(0.9) })
    world.run({ maxSec: 9000 })
    const { ledger, standings } = world.chain
    expect(world.spoiledTasks).toBeGreaterThan(0)
    expect(world.settledTasks + world.spoiledTasks).toBe(40)
    expect([...standings.values()].every(({ faults }) => faults === 0)).toBe(true)
    // Stakes of what settled came back with its pay; those of the dropped batch did not.
    const [deal] = [...world.chain.deals.values()]
    const { poolPrice, poolStake } = deal?.terms ?? { poolPrice: 0n, poolStake: 0n }
    const spent = -ledger.balanceOf('requester')
    const lost = BigInt(world.spoiledTasks) * poolStake
    expect(spent).toBeLessThan(BigInt(world.settledTasks) * poolPrice)
    expect(spent).toBeGreaterThanOrEqual(BigInt(world.settledTasks) * poolPrice - lost)
    expectMoneyInPlace(world.chain)
  })
})
