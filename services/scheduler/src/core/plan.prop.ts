import type { Address } from '@millrace/base'
import { oddsOfTrust } from '@millrace/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aDeal, CorePool, workerAt } from '../testing/corePool.ts'
import { capacityOf, plan } from './plan.ts'
import { isAlive } from './state.ts'
import { loadOf } from './stateIndex.ts'

const worlds = fc.record({
  seed: fc.integer(),
  workers: fc.array(
    fc.record({
      slots: fc.integer({ min: 1, max: 8 }),
      owner: fc.integer({ min: 1, max: 4 }),
      memoryMiB: fc.constantFrom(32, 64, 1024),
      mayVote: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
  deals: fc.array(
    fc.record({
      volume: fc.integer({ min: 1, max: 60 }),
      trust: fc.constantFrom(0, 0.5, 0.9, 0.99, 0.999),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  left: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
})

/** A pool that has given out work, some workers of which have left again. */
function build({
  seed,
  workers,
  deals,
  left,
}: typeof worlds extends fc.Arbitrary<infer W> ? W : never) {
  const pool = new CorePool({ seed })
  for (const [i, { slots, owner, memoryMiB, mayVote }] of workers.entries())
    pool.join(i + 1, {
      owner: workerAt(100 + owner),
      standing: { mayVote },
      advertisement: { slots, memoryMiB },
    })
  for (const [i, { volume, trust }] of deals.entries())
    pool.open(aDeal({ salt: i + 1, volume, minOdds: oddsOfTrust(trust) }))
  for (const n of left) pool.turn({ kind: 'sessionClosed', worker: workerAt(n) })
  pool.pass(pool.policy.goneMs + 1)
  return pool
}

const laws = (name: string, check: (pool: CorePool) => void) =>
  it(name, () => {
    fc.assert(
      fc.property(worlds, (world) => check(build(world))),
      { numRuns: 200 },
    )
  })

describe('placing work', () => {
  laws('gives no worker two replicas of one task', ({ state }) => {
    for (const task of state.tasks.values()) {
      const workers = task.replicas.filter(isAlive).map(({ worker }) => worker)
      expect(new Set(workers).size).toBe(workers.length)
    }
  })

  laws('gives no worker more than it should hold', (pool) => {
    for (const session of pool.state.live.sessions.values())
      if (session.isConnected)
        expect(loadOf(pool.state, session.worker)).toBeLessThanOrEqual(
          capacityOf(session, pool.policy),
        )
  })

  laws('gives votes only to those whose vote counts, and work only to those it fits', (pool) => {
    const { state } = pool
    for (const { dealId, replicas } of state.tasks.values()) {
      const terms = state.deals.get(dealId)?.terms
      for (const { worker } of replicas.filter(isAlive)) {
        const { advertisement } = state.live.sessions.get(worker) ?? {}
        expect(advertisement?.memoryMiB).toBeGreaterThanOrEqual(terms?.memoryMiB ?? 0)
        if (terms?.minOdds !== 0n) expect(state.live.standings.get(worker)?.mayVote).toBe(true)
      }
    }
  })

  laws(
    'takes a second worker of one owner only when no other owner has one',
    ({ state, nowMs, policy }) => {
      for (const task of state.tasks.values()) {
        const alive = task.replicas.filter(isAlive)
        const owners = new Set(alive.map(({ owner }) => owner))
        if (owners.size === alive.length) continue
        const patient = alive.every(({ assignedMs }) => nowMs - assignedMs < policy.ownerPatienceMs)
        if (!patient) continue
        const able = [...state.live.sessions.values()].filter(
          ({ worker, advertisement, isConnected }) =>
            isConnected &&
            (advertisement?.memoryMiB ?? 0) >= 64 &&
            state.live.standings.get(worker)?.mayVote,
        )
        expect(able.every(({ owner }) => owners.has(owner as Address))).toBe(true)
      }
    },
  )

  laws('changes nothing when it plans, and plans the same from the same randomness', (pool) => {
    const options = { policy: pool.policy, nowMs: pool.nowMs }
    const fixed = () => ({ bytes: () => new Uint8Array(), float: () => 0.3 })
    const before = [...pool.state.tasks.keys()].length
    const first = plan(pool.state, { ...options, random: fixed() })
    const second = plan(pool.state, { ...options, random: fixed() })
    expect(second.placements).toEqual(first.placements)
    expect(pool.state.tasks.size).toBe(before)
  })
})
