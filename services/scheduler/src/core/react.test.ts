import type { TaskId } from '@millrace/base'
import { hashDeal, hashTask, headOf, oddsOfTrust } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import {
  aDeal,
  BONDED,
  CorePool,
  ofKind,
  RIGHT,
  seedOf,
  sentTo,
  WRONG,
  workerAt,
} from '../testing/corePool.ts'
import type { SessionMessage } from './events.ts'

const TRUST = oddsOfTrust(0.9)

/** Two workers with a task of a voted deal each. */
function twoWorkers(volume = 1) {
  const pool = new CorePool()
  pool.join(1)
  pool.join(2)
  const terms = aDeal({ volume, minOdds: TRUST })
  const effects = pool.open(terms)
  return { pool, effects, taskId: hashTask(hashDeal(terms), 0) }
}

/** Brings a task of two workers to the point where its batch is on chain. */
function anchor(pool: CorePool, taskId: TaskId) {
  pool.commit(1, taskId, RIGHT)
  pool.commit(2, taskId, RIGHT)
  pool.tag(1, taskId, RIGHT)
  const sealing = pool.tag(2, taskId, RIGHT)
  pool.seal(1, sentTo(sealing, 1, 'sealRequest')[0] as never, RIGHT)
  const committing = pool.seal(2, sentTo(sealing, 2, 'sealRequest')[0] as never, RIGHT)
  const [commit] = ofKind(committing, 'commitBatch')
  const { nonce, root } = commit as NonNullable<typeof commit>
  const committedAt = Math.floor(pool.nowMs / 1000)
  const effects = pool.turn({ kind: 'batchCommitted', nonce, root, committedAt })
  return { nonce, effects }
}

describe('a deal decided by vote', () => {
  it('gives a task to as many workers as could reach the trust asked for', () => {
    const { effects } = twoWorkers()
    expect([1, 2].map((n) => sentTo(effects, n, 'assignments').length)).toEqual([1, 1])
    expect(sentTo(effects, 1, 'deal')).toHaveLength(1)
  })

  it('asks for tags only when every replica holds a receipt', () => {
    const { pool, taskId } = twoWorkers()
    const first = pool.commit(1, taskId, RIGHT)
    expect(sentTo(first, 1, 'receipts')).toHaveLength(1)
    expect(sentTo(first, 1, 'reportTags')).toEqual([])
    const second = pool.commit(2, taskId, RIGHT)
    expect(sentTo(second, 1, 'reportTags')).toEqual([{ type: 'reportTags', tasks: [taskId] }])
    expect(sentTo(second, 2, 'reportTags')).toEqual([{ type: 'reportTags', tasks: [taskId] }])
  })

  it('takes a commitment sent twice once, and answers with a receipt each time', () => {
    const { pool, taskId } = twoWorkers()
    pool.commit(1, taskId, RIGHT)
    const again = pool.commit(1, taskId, RIGHT)
    expect(sentTo(again, 1, 'receipts')).toHaveLength(1)
    expect(pool.facts.filter(({ kind }) => kind === 'committed')).toHaveLength(1)
  })

  it('drops a worker that binds itself to two results of one task', () => {
    const { pool, taskId } = twoWorkers()
    pool.commit(1, taskId, RIGHT)
    pool.commit(1, taskId, WRONG)
    expect(pool.state.workers.get(workerAt(1))?.reason).toMatch(/two results of one task/)
  })

  it('seals at once when nothing else is coming, and commits when all have signed', () => {
    const { pool, taskId } = twoWorkers()
    const { nonce, effects } = anchor(pool, taskId)
    expect(nonce).toBe(1)
    const publishers = [1, 2].flatMap((n) => sentTo(effects, n, 'committed')[0]?.publish ?? [])
    expect(publishers).toEqual([taskId])
  })

  it('settles only when all have revealed and the bytes were checked', () => {
    const { pool, taskId } = twoWorkers()
    const { nonce } = anchor(pool, taskId)
    const reveal = (n: number) => ({
      type: 'reveal' as const,
      nonce: BigInt(nonce),
      seed: seedOf(n),
      items: [{ taskId, digest: RIGHT }],
    })
    pool.say(1, reveal(1))
    const revealed = pool.say(2, reveal(2))
    expect(ofKind(revealed, 'settleBatch')).toEqual([])
    const publisher = pool.state.tasks.get(taskId)?.publisher === workerAt(1) ? 1 : 2
    const published = pool.say(publisher, { type: 'published', items: [{ taskId, cid: 'cid' }] })
    const [check] = ofKind(published, 'checkResult')
    expect(check).toMatchObject({ taskId, cid: 'cid', digest: RIGHT })
    const checked = pool.turn({
      kind: 'resultChecked',
      taskId,
      worker: workerAt(publisher),
      cid: 'cid',
      digest: RIGHT,
      outcome: { isRight: true },
    })
    expect(ofKind(checked, 'settleBatch')).toHaveLength(1)
  })

  it('names another publisher when the bytes are wrong', () => {
    const { pool, taskId } = twoWorkers()
    const { nonce } = anchor(pool, taskId)
    for (const n of [1, 2])
      pool.say(n, {
        type: 'reveal',
        nonce: BigInt(nonce),
        seed: seedOf(n),
        items: [{ taskId, digest: RIGHT }],
      })
    const first = pool.state.tasks.get(taskId)?.publisher === workerAt(1) ? 1 : 2
    const worker = workerAt(first)
    pool.say(first, { type: 'published', items: [{ taskId, cid: 'cid' }] })
    const outcome = { isRight: false, cause: 'other bytes' } as const
    const digest = RIGHT
    const wrong = pool.turn({ kind: 'resultChecked', taskId, worker, cid: 'cid', digest, outcome })
    expect(sentTo(wrong, 3 - first, 'publish')).toEqual([{ type: 'publish', tasks: [taskId] }])
  })

  it('adds replicas when results differ, until one group is believed', () => {
    const { pool, taskId } = twoWorkers()
    for (const n of [3, 4]) pool.join(n)
    pool.commit(1, taskId, RIGHT)
    pool.commit(2, taskId, WRONG)
    pool.tag(1, taskId, RIGHT)
    pool.tag(2, taskId, WRONG)
    const replicas = pool.state.tasks.get(taskId)?.replicas.map(({ worker }) => worker)
    expect(new Set(replicas)).toEqual(new Set([1, 2, 3, 4].map(workerAt)))
  })

  it('counts nothing of a worker that was outvoted in a batch on its way', () => {
    const { pool, taskId } = twoWorkers()
    for (const n of [3, 4]) pool.join(n)
    pool.commit(1, taskId, RIGHT)
    pool.commit(2, taskId, WRONG)
    pool.tag(1, taskId, RIGHT)
    pool.tag(2, taskId, WRONG)
    for (const n of [3, 4]) pool.commit(n, taskId, RIGHT)
    pool.tag(3, taskId, RIGHT)
    const sealing = pool.tag(4, taskId, RIGHT)
    expect(sentTo(sealing, 2, 'sealRequest')).toHaveLength(1)
    pool.open(aDeal({ salt: 2, minOdds: TRUST }))
    const other = [...pool.state.tasks.values()].find((task) => task.taskId !== taskId)
    expect(other?.replicas.map(({ worker }) => worker)).not.toContain(workerAt(2))
  })
})

describe('work that a worker was never given', () => {
  const stolen = () => {
    const { pool } = twoWorkers()
    pool.join(3)
    const [given, others] = [aDeal({ salt: 8, minOdds: TRUST }), aDeal({ salt: 9 })]
    pool.open(given)
    return { pool, taskIds: [given, others].map((terms) => hashTask(hashDeal(terms), 0)) }
  }

  it('is not bound by its commitments, of another worker or of no deal', () => {
    const { pool, taskIds } = stolen()
    for (const taskId of taskIds) {
      const nonce = BigInt(pool.state.tasks.get(taskId)?.nonce ?? 1)
      const commitment = headOf([])
      const items = [{ taskId, nonce, commitment }]
      const effects = pool.say(1, { type: 'commitments', items })
      expect(sentTo(effects, 1, 'receipts')).toEqual([])
    }
  })

  it('cannot get into a head: the pool builds it from what it gave', () => {
    const { pool, taskId } = twoWorkers()
    pool.commit(1, taskId, RIGHT)
    pool.commit(2, taskId, RIGHT)
    pool.tag(1, taskId, RIGHT)
    const sealing = pool.tag(2, taskId, RIGHT)
    const [request] = sentTo(sealing, 1, 'sealRequest')
    const { nonce, tasks } = request as NonNullable<typeof request>
    expect(tasks).toEqual([taskId])
    const foreign = hashTask(hashDeal(aDeal({ salt: 9 })), 0)
    pool.seal(1, { type: 'sealRequest', nonce, tasks: [taskId, foreign] }, RIGHT)
    expect(pool.state.workers.get(workerAt(1))?.reason).toMatch(/sealed other work/)
    expect(pool.state.batches.get(Number(nonce))).toBeUndefined()
  })
})

describe('tasks that a batch is sealed without', () => {
  it('move to a higher number, though a lower one has room: workers follow upwards only', () => {
    const pool = new CorePool({ policy: { batchTasks: 2 } })
    for (const n of [1, 2]) pool.join(n, { advertisement: { slots: 4 } })
    const terms = aDeal({ volume: 4, minOdds: TRUST })
    pool.open(terms)
    const dealId = hashDeal(terms)
    pool.turn({ kind: 'tasksSettled', dealId, nonce: 0, indices: [0] })
    const agreed = hashTask(dealId, 2)
    for (const n of [1, 2]) pool.commit(n, agreed, RIGHT)
    for (const n of [1, 2]) pool.tag(n, agreed, RIGHT)
    const nonceOf = (index: number) => pool.state.tasks.get(hashTask(dealId, index))?.nonce
    expect([1, 2, 3].map(nonceOf)).toEqual([1, 2, 2])
    pool.pass(pool.policy.batchAgeMs)
    expect([1, 2, 3].map(nonceOf)).toEqual([1, 2, 3])
  })
})

describe('a worker that does not do its part', () => {
  it('loses its work to others when it is gone, and not before', () => {
    const { pool, taskId } = twoWorkers()
    pool.join(3)
    pool.turn({ kind: 'sessionClosed', worker: workerAt(1) })
    const half = pool.policy.goneMs / 2
    const before = pool.pass(half)
    for (const n of [2, 3]) pool.say(n, { type: 'heartbeat', running: [], freeSlots: 0 })
    before.push(...pool.pass(half - 1))
    expect(sentTo(before, 3, 'assignments')).toEqual([])
    expect(sentTo(pool.pass(2), 3, 'assignments')).toHaveLength(1)
    const first = pool.state.tasks.get(taskId)?.replicas.find((r) => r.worker === workerAt(1))
    expect(first).toMatchObject({ state: 'lost', cause: expect.stringContaining('15 s') })
  })

  it('keeps its work when it comes back in time, and is told what it missed', () => {
    const { pool, taskId } = twoWorkers()
    pool.turn({ kind: 'sessionClosed', worker: workerAt(1) })
    pool.pass(1000)
    const back = pool.join(1)
    expect(sentTo(back, 1, 'assignments')[0]?.items.map((item) => item.taskId)).toEqual([taskId])
  })

  it('is dropped when it does not sign, and the others bind themselves again', () => {
    const { pool, taskId } = twoWorkers()
    pool.join(3)
    pool.commit(1, taskId, RIGHT)
    pool.commit(2, taskId, RIGHT)
    pool.tag(1, taskId, RIGHT)
    const sealing = pool.tag(2, taskId, RIGHT)
    pool.seal(1, sentTo(sealing, 1, 'sealRequest')[0] as never, RIGHT)
    const heartbeat: SessionMessage = { type: 'heartbeat', running: [], freeSlots: 0 }
    const seen: typeof sealing = []
    for (let ms = 0; ms < pool.policy.sealMs; ms += 5000) {
      for (const n of [1, 2, 3]) pool.say(n, heartbeat)
      seen.push(...pool.pass(5000))
    }
    expect(pool.state.workers.get(workerAt(2))?.reason).toMatch(/did not sign/)
    expect(sentTo(seen, 1, 'recommit')).toEqual([{ type: 'recommit', nonce: 2n, tasks: [taskId] }])
    expect(sentTo(seen, 3, 'assignments')).toHaveLength(1)
  })

  it('is dropped when it fails task after task', () => {
    const pool = new CorePool()
    pool.join(1, { advertisement: { slots: 8 } })
    pool.open(aDeal({ volume: 8 }))
    const items = [...pool.state.tasks.keys()].map((taskId) => {
      return { taskId, code: 'HOST_ERROR', message: 'no sandbox' }
    })
    pool.say(1, { type: 'failed', items })
    expect(pool.state.workers.get(workerAt(1))?.reason).toMatch(/8 tasks in a row.*no sandbox/)
  })

  it('is not dropped for tasks that no machine could do', () => {
    const pool = new CorePool()
    pool.join(1, { advertisement: { slots: 8 } })
    pool.open(aDeal({ volume: 8 }))
    const items = [...pool.state.tasks.keys()].map((taskId) => {
      return { taskId, code: 'RUN_TIMEOUT', message: 'longer than 1 s' }
    })
    pool.say(1, { type: 'failed', items })
    expect(pool.state.workers.get(workerAt(1))).toMatchObject({ failed: 8, pausedUntilMs: 0 })
  })
})

describe('a deal that takes the word of the pool', () => {
  const done = (pool: CorePool, taskId: TaskId, isRight = true) => {
    const worker = workerAt(1)
    pool.say(1, { type: 'results', items: [{ taskId, digest: RIGHT, cid: 'cid' }] })
    const outcome = isRight ? ({ isRight } as const) : ({ isRight, cause: 'other bytes' } as const)
    const digest = RIGHT
    return pool.turn({ kind: 'resultChecked', taskId, worker, cid: 'cid', digest, outcome })
  }

  it('settles at once when nothing else is coming', () => {
    const pool = new CorePool()
    pool.join(1)
    pool.open(aDeal({ volume: 1 }))
    const [taskId] = pool.state.tasks.keys()
    const [settle] = ofKind(done(pool, taskId as TaskId), 'settleTrusted')
    expect(settle?.payees).toEqual([{ worker: workerAt(1), slots: [0] }])
  })

  it('waits for others, no longer than the age of a batch', () => {
    const pool = new CorePool()
    pool.join(1)
    pool.open(aDeal({ volume: 2 }))
    const [taskId] = pool.state.tasks.keys()
    expect(ofKind(done(pool, taskId as TaskId), 'settleTrusted')).toEqual([])
    const later = pool.pass(pool.policy.batchAgeMs)
    expect(ofKind(later, 'settleTrusted')).toHaveLength(1)
  })

  it('pays nobody for wrong bytes', () => {
    const pool = new CorePool()
    pool.join(1)
    pool.open(aDeal({ volume: 1 }))
    const [taskId] = pool.state.tasks.keys()
    expect(ofKind(done(pool, taskId as TaskId, false), 'settleTrusted')).toEqual([])
    expect(pool.state.workers.get(workerAt(1))?.reason).toBe('other bytes')
  })

  it('sends a transaction again that failed for now, and makes a refused batch anew', () => {
    const pool = new CorePool()
    pool.join(1)
    pool.open(aDeal({ volume: 1 }))
    const [taskId] = pool.state.tasks.keys()
    done(pool, taskId as TaskId)
    const failed = {
      kind: 'transactionFailed',
      transaction: 'settleTrusted',
      nonce: 1,
      code: 'X',
      message: 'x',
    } as const
    pool.turn({ ...failed, isFinal: false })
    expect(ofKind(pool.pass(pool.policy.txRetryMs), 'settleTrusted')).toMatchObject([
      { nonce: 1, attempt: 1 },
    ])
    const refused = pool.turn({ ...failed, isFinal: true })
    expect(ofKind(refused, 'settleTrusted')).toMatchObject([{ nonce: 2, attempt: 0 }])
  })
})

describe('the end of a deal', () => {
  it('closes with its last task and tells the workers', () => {
    const pool = new CorePool()
    pool.join(1)
    const terms = aDeal({ volume: 1 })
    pool.open(terms)
    const dealId = hashDeal(terms)
    const settled = pool.turn(
      { kind: 'tasksSettled', dealId, nonce: 1, indices: [0] },
      { kind: 'batchSettled', nonce: 1 },
    )
    expect(sentTo(settled, 1, 'settled')).toHaveLength(1)
    expect(pool.state.deals.get(dealId)?.status).toBe('done')
    expect(pool.state.tasks.size).toBe(0)
  })

  it('cancels what runs when the deadline passes', () => {
    const pool = new CorePool({ policy: { goneMs: 10_000_000 } })
    pool.join(1)
    const terms = aDeal({ volume: 1, wallSec: 100_000 })
    pool.open(terms)
    const effects = pool.pass(3_600_001)
    expect(sentTo(effects, 1, 'cancel')[0]?.reason).toMatch(/deadline/)
    expect(pool.state.deals.get(hashDeal(terms))?.status).toBe('late')
    expect(pool.state.tasks.size).toBe(0)
  })

  it('ignores a standing that changes after the batch is on chain', () => {
    const { pool, taskId } = twoWorkers()
    const { nonce } = anchor(pool, taskId)
    const standing = { ...BONDED, unbondAt: 1, mayVote: false }
    pool.turn({ kind: 'standing', worker: workerAt(1), standing })
    expect(pool.state.batches.get(nonce)?.stage).toBe('revealing')
  })
})
