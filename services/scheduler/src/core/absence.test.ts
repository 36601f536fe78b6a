import type { TaskId } from '@millrace/base'
import { hashDeal, hashTask, oddsOfTrust } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import {
  aDeal,
  CorePool,
  ofKind,
  RIGHT,
  seedOf,
  sentTo,
  WRONG,
  workerAt,
} from '../testing/corePool.ts'
import type { Effect } from './effects.ts'
import { explainTask } from './explainTask.ts'
import { react } from './react.ts'
import { resume } from './resume.ts'
import { decodeState, encodeState } from './snapshot.ts'

/** One newcomer's vote is enough for the first, two for the second. */
const [ONE, TWO] = [oddsOfTrust(0.75), oddsOfTrust(0.9)]
const FOREVER = { goneMs: 10_000_000, queueAheadMs: 1 }

/** Commits a batch of one task of each deal, done by the workers that `by` names for it. */
function committed(deals: { minOdds: bigint; by: number[] }[]) {
  const pool = new CorePool({ policy: { ...FOREVER, batchAgeMs: 1 } })
  const tasks: TaskId[] = []
  for (const [salt, { minOdds, by }] of deals.entries()) {
    for (const n of by) if (!pool.state.live.sessions.has(workerAt(n))) pool.join(n)
    const terms = aDeal({ salt: salt + 1, minOdds })
    pool.open(terms)
    tasks.push(hashTask(hashDeal(terms), 0))
  }
  const holders = (taskId: TaskId) =>
    [1, 2, 3, 4].filter((n) =>
      pool.state.tasks.get(taskId)?.replicas.some(({ worker }) => worker === workerAt(n)),
    )
  for (const taskId of tasks) for (const n of holders(taskId)) pool.commit(n, taskId, RIGHT)
  const seen: Effect[] = []
  for (const taskId of tasks)
    for (const n of holders(taskId)) seen.push(...pool.tag(n, taskId, RIGHT))
  seen.push(...pool.pass(1))
  const asked = [1, 2, 3, 4].flatMap((n) =>
    sentTo(seen, n, 'sealRequest').map((request) => ({ n, request })),
  )
  const commits = asked.flatMap(({ n, request }) =>
    ofKind(pool.seal(n, request, RIGHT), 'commitBatch'),
  )
  const [commit] = commits
  if (commit === undefined || commits.length > 1) throw new RangeError('one batch is expected')
  const { nonce, root } = commit
  const committedAt = Math.floor(pool.nowMs / 1000)
  pool.turn({ kind: 'batchCommitted', nonce, root, committedAt })
  const ballotOf = (n: number) => asked.find((one) => one.n === n)?.request.tasks ?? []
  const reveal = (n: number, digest = RIGHT) => ({
    nonce: BigInt(nonce),
    seed: seedOf(n),
    items: ballotOf(n).map((taskId) => ({ taskId, digest })),
  })
  return { pool, nonce, committedAt, tasks, reveal }
}

type World = ReturnType<typeof committed>

function show({ pool, reveal }: World, n: number): Effect[] {
  return pool.say(n, { type: 'reveal', ...reveal(n) })
}

/** A worker publishes a task's bytes, and the pool finds them right. */
function publish({ pool }: World, n: number, taskId: TaskId): Effect[] {
  pool.say(n, { type: 'published', items: [{ taskId, cid: 'cid' }] })
  const outcome = { isRight: true } as const
  const checked = { taskId, worker: workerAt(n), cid: 'cid', digest: RIGHT, outcome }
  return pool.turn({ kind: 'resultChecked', ...checked })
}

/** The pool's patience ends, and it learns when the window does. */
function runOutOfPatience({ pool, nonce, committedAt }: World): Effect[] {
  const effects = pool.pass(pool.policy.revealMs)
  const [asked] = ofKind(effects, 'readRevealEnd')
  if (asked !== undefined) pool.turn({ kind: 'revealEnd', nonce, endsAt: committedAt + 600 })
  return effects
}

const afterWindow = ({ pool }: World): Effect[] => pool.pass(605_000 - pool.policy.revealMs)

describe('a worker that vanishes after its seal', () => {
  it('is declared absent when the reveal window is over, not before; the others are settled', () => {
    const world = committed([{ minOdds: ONE, by: [1, 2] }])
    show(world, 1)
    publish(world, 1, world.tasks[0] as TaskId)
    expect(ofKind(runOutOfPatience(world), 'readRevealEnd')).toHaveLength(1)
    expect(ofKind(world.pool.pass(599_000 - world.pool.policy.revealMs), 'settleBatch')).toEqual([])
    const [settle] = ofKind(world.pool.pass(6000), 'settleBatch')
    expect(settle?.workers.map(({ worker }) => worker)).toEqual([workerAt(1)])
    expect(settle?.absent.map(({ worker }) => worker)).toEqual([workerAt(2)])
    expect(settle?.locations.results).toHaveLength(1)
  })

  it('is not absent when it reveals late', () => {
    const world = committed([{ minOdds: ONE, by: [1, 2] }])
    show(world, 1)
    publish(world, 1, world.tasks[0] as TaskId)
    runOutOfPatience(world)
    const [settle] = ofKind(show(world, 2), 'settleBatch')
    expect(settle?.workers).toHaveLength(2)
    expect(settle?.absent).toEqual([])
  })

  it('is not absent when it has revealed on chain: what it showed there settles', () => {
    const world = committed([{ minOdds: ONE, by: [1, 2] }])
    show(world, 1)
    publish(world, 1, world.tasks[0] as TaskId)
    runOutOfPatience(world)
    const { seed, items } = world.reveal(2)
    const forced = { kind: 'revealForced', worker: workerAt(2), reveal: { seed, items } } as const
    const effects = world.pool.turn({ ...forced, nonce: world.nonce })
    expect(ofKind(effects, 'settleBatch')[0]?.workers).toHaveLength(2)
  })

  it('is taken back into a settlement that was refused because it has revealed on chain', () => {
    const world = committed([{ minOdds: ONE, by: [1, 2] }])
    show(world, 1)
    publish(world, 1, world.tasks[0] as TaskId)
    runOutOfPatience(world)
    afterWindow(world)
    const { seed, items } = world.reveal(2)
    const forced = { kind: 'revealForced', worker: workerAt(2), reveal: { seed, items } } as const
    world.pool.turn({ ...forced, nonce: world.nonce })
    world.pool.turn({
      kind: 'transactionFailed',
      transaction: 'settleBatch',
      nonce: world.nonce,
      code: 'REVEALED_ON_CHAIN',
      message: 'it has',
      isFinal: false,
    })
    const [again] = ofKind(world.pool.pass(world.pool.policy.txRetryMs), 'settleBatch')
    expect(again).toMatchObject({ attempt: 1, absent: [] })
    expect(again?.workers).toHaveLength(2)
  })

  it('stays absent when it has revealed another head on chain', () => {
    const world = committed([{ minOdds: ONE, by: [1, 2] }])
    show(world, 1)
    publish(world, 1, world.tasks[0] as TaskId)
    runOutOfPatience(world)
    const { seed, items } = world.reveal(2, WRONG)
    const forced = { kind: 'revealForced', worker: workerAt(2), reveal: { seed, items } } as const
    world.pool.turn({ ...forced, nonce: world.nonce })
    expect(ofKind(afterWindow(world), 'settleBatch')[0]?.absent).toHaveLength(1)
  })

  it('is waited for over a restart of the pool', () => {
    const world = committed([{ minOdds: ONE, by: [1, 2] }])
    show(world, 1)
    publish(world, 1, world.tasks[0] as TaskId)
    runOutOfPatience(world)
    const { policy, random, nowMs, state } = world.pool
    const again = decodeState(encodeState(state))
    resume(again, { policy, random, nowMs })
    const { effects } = react(again, [], { policy, random, nowMs: nowMs + policy.returnMs })
    const { nonce, committedAt } = world
    expect(ofKind(effects, 'readRevealEnd')).toEqual([
      { kind: 'readRevealEnd', nonce, committedAt },
    ])
  })

  it('is given no more work that the chain would not count', () => {
    const world = committed([{ minOdds: ONE, by: [1, 2] }])
    show(world, 1)
    runOutOfPatience(world)
    expect([...world.pool.state.live.suspects]).toEqual([workerAt(2)])
    expect(world.pool.state.workers.get(workerAt(2))?.reason).toMatch(/did not reveal/)
  })
})

describe('tasks that hang on an absent vote', () => {
  it('are done again when nothing of their batch would settle', () => {
    const world = committed([{ minOdds: TWO, by: [1, 2] }])
    show(world, 1)
    const effects = runOutOfPatience(world)
    expect(ofKind(effects, 'readRevealEnd')).toEqual([])
    expect(sentTo(effects, 1, 'recommit')).toHaveLength(1)
  })

  it('are left for a refund with the others of their batch, without bytes', () => {
    const world = committed([
      { minOdds: ONE, by: [1, 2] },
      { minOdds: TWO, by: [1, 2] },
    ])
    const [carried, doomed] = world.tasks as [TaskId, TaskId]
    show(world, 1)
    publish(world, 1, carried)
    runOutOfPatience(world)
    const { policy, nowMs, state } = world.pool
    const task = state.tasks.get(doomed)
    if (task === undefined) throw new RangeError('the task is gone')
    expect(explainTask(state, task, { policy, nowMs }).because[0]).toMatch(/will be refunded/)
    const [settle] = ofKind(afterWindow(world), 'settleBatch')
    expect(settle?.parts.flatMap(({ tasks }) => tasks)).toHaveLength(2)
    expect(settle?.locations.results.map(({ taskId }) => taskId)).toEqual([carried])
  })
})

describe('a reveal that contradicts the tags of its worker', () => {
  it('is a dissenting vote: the batch settles, and the chain finds the fault', () => {
    const pool = new CorePool({ policy: FOREVER })
    for (const n of [1, 2, 3]) pool.join(n)
    const terms = aDeal({ minOdds: oddsOfTrust(0.98) })
    pool.open(terms)
    const taskId = hashTask(hashDeal(terms), 0)
    for (const n of [1, 2]) pool.commit(n, taskId, RIGHT)
    pool.commit(3, taskId, WRONG)
    const seen = [1, 2, 3].flatMap((n) => pool.tag(n, taskId, RIGHT))
    const digests = [RIGHT, RIGHT, WRONG]
    const [commit] = [1, 2, 3].flatMap((n) =>
      ofKind(
        pool.seal(n, sentTo(seen, n, 'sealRequest')[0] as never, digests[n - 1] as never),
        'commitBatch',
      ),
    )
    const { nonce, root } = commit as NonNullable<typeof commit>
    pool.turn({ kind: 'batchCommitted', nonce, root, committedAt: Math.floor(pool.nowMs / 1000) })
    for (const n of [3, 2, 1])
      pool.say(n, {
        type: 'reveal',
        nonce: BigInt(nonce),
        seed: seedOf(n),
        items: [{ taskId, digest: digests[n - 1] as never }],
      })
    const world = { pool } as World
    const [settle] = ofKind(publish(world, 1, taskId), 'settleBatch')
    const variants = settle?.workers.map(({ votes }) => votes[0]?.variant)
    expect(new Set(variants)).toEqual(new Set([0, 1]))
  })
})
