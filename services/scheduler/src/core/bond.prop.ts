import { type Seconds, wei } from '@millrace/base'
import { coveredOdds, groupOdds, isCredible, oddsOfTrust, workerOdds } from '@millrace/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aDeal, CorePool, RIGHT, WRONG, workerAt } from '../testing/corePool.ts'
import { explainTask } from './explainTask.ts'
import { dealOf, isAlive, type Task, taskOf } from './state.ts'

const PRICE = 10n ** 15n
const worlds = fc.record({
  seed: fc.integer(),
  /** In prices of one task. */
  bonds: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 6 }),
  exposures: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 6, maxLength: 6 }),
  deals: fc.array(
    fc.record({
      volume: fc.integer({ min: 1, max: 8 }),
      price: fc.integer({ min: 1, max: 4 }),
      trust: fc.constantFrom(0.5, 0.9, 0.95, 0.99),
      maturitySec: fc.constantFrom(0, 1000),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  liar: fc.boolean(),
})

type World = typeof worlds extends fc.Arbitrary<infer W> ? W : never

/** All tasks are answered, by a liar among others if there is one, some rounds long. */
function answer(pool: CorePool, { hasLiar }: { hasLiar: boolean }): void {
  for (let round = 0; round < 3; round++) {
    const votes = [...pool.state.tasks.values()]
      .filter(({ stage }) => stage === 'open')
      .flatMap(({ taskId, replicas }) => replicas.map(({ worker }) => ({ taskId, worker })))
      .map(({ taskId, worker }) => ({ taskId, n: Number(worker) }))
    for (const say of ['commit', 'tag'] as const)
      for (const { taskId, n } of votes) pool[say](n, taskId, hasLiar && n === 1 ? WRONG : RIGHT)
    pool.pass(2000)
  }
}

function build({ seed, bonds, exposures, deals, liar }: World): CorePool {
  const pool = new CorePool({ seed, policy: { ownerPatienceMs: 0 } })
  for (const [i, bond] of bonds.entries())
    pool.join(i + 1, {
      standing: { bond: BigInt(bond) * PRICE, exposure: BigInt(exposures[i] ?? 0) * PRICE },
      advertisement: { slots: 8 },
    })
  for (const [i, { volume, price, trust, maturitySec }] of deals.entries())
    pool.open(
      aDeal({
        salt: i + 1,
        volume,
        // Only what pool and workers are paid and put up counts, however dear the app is.
        appPrice: wei(PRICE * 1000n),
        poolPrice: wei(BigInt(price - 1) * PRICE),
        poolStake: wei(PRICE),
        minOdds: oddsOfTrust(trust),
        maturitySec: maturitySec as Seconds,
      }),
    )
  answer(pool, { hasLiar: liar })
  return pool
}

/** The rule of the chain, from its page alone. */
function settles(pool: CorePool, tasks: Task[], exposures: Map<string, bigint>): boolean {
  const stakeOf = (task: Task) => {
    const { poolPrice, poolStake } = dealOf(pool.state, task).terms
    return poolPrice + poolStake
  }
  const highest = tasks.map(stakeOf).reduce((a, b) => (a > b ? a : b), 0n)
  const votesOf = (worker: string) =>
    BigInt(tasks.filter((t) => t.replicas.some((r) => isAlive(r) && r.worker === worker)).length)
  return tasks.every((task) => {
    const { saboteurBps, minOdds } = dealOf(pool.state, task).terms
    const groups = new Map<string, bigint[]>()
    for (const { worker, tag } of task.replicas.filter(isAlive)) {
      const standing = pool.state.live.standings.get(worker)
      const value = (exposures.get(worker) ?? 0n) + votesOf(worker) * highest
      const covered = coveredOdds(standing?.bond ?? 0n, value)
      const earned = workerOdds(standing?.checks ?? 0, saboteurBps)
      const odds = earned < covered ? earned : covered
      groups.set(tag ?? '', [...(groups.get(tag ?? '') ?? []), odds])
    }
    const winner = groupOdds(groups.get(task.winner ?? '') ?? [])
    const others = [...groups].filter(([tag]) => tag !== task.winner).map(([, g]) => groupOdds(g))
    return others.every((other) => winner >= other) && isCredible(winner, others, minOdds)
  })
}

/** What the voters of a batch may answer for besides when it has settled. */
function expose({ state }: CorePool, tasks: Task[], exposures: Map<string, bigint>): void {
  for (const task of tasks) {
    const { maturitySec, poolPrice, poolStake } = dealOf(state, task).terms
    if (maturitySec === 0) continue
    for (const { worker } of task.replicas.filter(isAlive))
      exposures.set(worker, (exposures.get(worker) ?? 0n) + poolPrice + poolStake)
  }
}

describe('sealing within what bonds cover', () => {
  it('every sealed batch reaches its odds on chain, settle the others before it or not', () => {
    let sealed = 0
    const check = (world: World): void => {
      const pool = build(world)
      const { batches, live } = pool.state
      const lists = [...batches.values()]
        .filter(({ stage }) => stage !== 'open')
        .map((batch) => [...batch.tasks].map((id) => taskOf(pool.state, id)))
      for (const own of lists) {
        const exposures = new Map<string, bigint>(
          [...live.standings].map(([worker, { exposure }]) => [worker, exposure]),
        )
        expect(settles(pool, own, exposures)).toBe(true)
        for (const other of lists) if (other !== own) expose(pool, other, exposures)
        expect(settles(pool, own, exposures)).toBe(true)
        sealed++
      }
    }
    fc.assert(fc.property(worlds, check), { numRuns: 150 })
    expect(sealed).toBeGreaterThan(50)
  })
})

describe('bonds that cover only part of a batch', () => {
  const trust = { minOdds: oddsOfTrust(0.9), poolPrice: wei(PRICE) }
  const six = { standing: { bond: 6n * PRICE }, advertisement: { slots: 8 } }

  it('seals as many of the oldest as they cover and moves the rest on', () => {
    const pool = new CorePool()
    pool.join(1, six)
    pool.join(2, six)
    pool.open(aDeal({ volume: 8, ...trust }))
    const ids = [...pool.state.tasks.keys()]
    for (const say of ['commit', 'tag'] as const)
      for (const taskId of ids) for (const n of [1, 2]) pool[say](n, taskId, RIGHT)
    pool.pass(2000)
    const batch = pool.state.batches.get(1)
    // (1 + 6/3)^2 = 9: three votes each are what 90 % bears.
    expect(batch?.stage).toBe('sealing')
    expect(batch?.tasks.size).toBe(3)
    expect(pool.state.batches.get(2)?.tasks.size).toBe(5)
  })

  it('draws one more replica where two bonds do not reach the trust, and names the bond else', () => {
    const two = { standing: { bond: 2n * PRICE, checks: 9 } }
    const pool = new CorePool()
    for (const n of [1, 2, 3]) pool.join(n, two)
    pool.open(aDeal(trust))
    const [task] = [...pool.state.tasks.values()] as [Task]
    // (1 + 2/1)^2 = 9 is just enough; at twice the price (1 + 2/2)^3 = 8 is not.
    expect(task.replicas).toHaveLength(2)
    for (const n of [1, 2]) {
      pool.turn({ kind: 'standingChanged', worker: workerAt(n), exposed: PRICE })
      pool.turn({ kind: 'standing', worker: workerAt(n), standing: standingOf(pool, n) })
    }
    expect(task.replicas.map(({ worker }) => worker).sort()).toEqual([1, 2, 3].map(workerAt))
    for (const n of [1, 2, 3])
      pool.turn({
        kind: 'standing',
        worker: workerAt(n),
        standing: { ...standingOf(pool, n), exposure: PRICE },
      })
    const { because } = explainTask(pool.state, task, pool)
    expect(because.join()).toContain(
      `the bonds of 3 workers cover less of a task with ${PRICE} at stake than their records earn`,
    )
  })
})

function standingOf({ state }: CorePool, n: number) {
  const standing = state.live.standings.get(workerAt(n))
  if (standing === undefined) throw new RangeError(`no standing of worker ${n}`)
  return { ...standing }
}
