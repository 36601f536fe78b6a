import type { TaskId } from '@millrace/base'
import { hashDeal, hashTask, oddsOfTrust } from '@millrace/protocol'
import { expect, it } from 'vitest'
import { aDeal, CorePool, RIGHT, sentTo, workerAt } from '../testing/corePool.ts'
import type { Effect } from './effects.ts'
import { explainTask } from './explainTask.ts'
import { decodeState, encodeState } from './snapshot.ts'

/** Three workers with a task for two of them; others may be given it. */
function aTask(): { pool: CorePool; taskId: TaskId; by: number[] } {
  const pool = new CorePool({ policy: { goneMs: 10_000_000, answerMs: 5000 } })
  for (const n of [1, 2, 3]) pool.join(n)
  const terms = aDeal({ minOdds: oddsOfTrust(0.9) })
  pool.open(terms)
  const taskId = hashTask(hashDeal(terms), 0)
  const replicas = pool.state.tasks.get(taskId)?.replicas ?? []
  return {
    pool,
    taskId,
    by: [1, 2, 3].filter((n) => replicas.some((r) => r.worker === workerAt(n))),
  }
}

/** The second of its workers is bound and then silent; the third takes its place and agrees. */
function withoutOne(): { pool: CorePool; taskId: TaskId; gone: number; sealing: () => Effect[] } {
  const { pool, taskId, by } = aTask()
  const [stays, gone] = by as [number, number]
  const joins = [1, 2, 3].find((n) => !by.includes(n)) as number
  for (const n of by) pool.commit(n, taskId, RIGHT)
  pool.tag(stays, taskId, RIGHT)
  pool.pass(pool.policy.answerMs)
  pool.commit(joins, taskId, RIGHT)
  pool.tag(joins, taskId, RIGHT)
  return { pool, taskId, gone, sealing: () => pool.pass(pool.policy.receiptMs + 3000) }
}

it('is given with an end, and kept over a restart', () => {
  const { pool, taskId, by } = aTask()
  const [n] = by as [number]
  const [receipt] = sentTo(pool.commit(n, taskId, RIGHT), n, 'receipts')
  expect(receipt?.until).toBe(Math.ceil((pool.nowMs + pool.policy.receiptMs) / 1000))
  const again = decodeState(encodeState(pool.state))
  const replica = again.tasks.get(taskId)?.replicas.find(({ worker }) => worker === workerAt(n))
  expect(replica?.receiptUntil).toBe(receipt?.until)
})

it('is given anew before tags are asked for, when the first one would end too soon', () => {
  const { pool, taskId, by } = aTask()
  const [early, late] = by as [number, number]
  pool.commit(early, taskId, RIGHT)
  pool.pass(20_000)
  const effects = pool.commit(late, taskId, RIGHT)
  expect(sentTo(effects, early, 'receipts')).toHaveLength(1)
  expect(sentTo(effects, late, 'receipts')).toHaveLength(1)
  expect(sentTo(effects, early, 'reportTags')).toHaveLength(1)
})

it('holds a task back that has lost the vote of its holder, until it ends', () => {
  const { pool, taskId, gone, sealing } = withoutOne()
  expect(pool.state.tasks.get(taskId)?.stage).toBe('open')
  const { policy, nowMs, state } = pool
  const task = state.tasks.get(taskId)
  if (task === undefined) throw new RangeError('the task is gone')
  expect(explainTask(state, task, { policy, nowMs }).because.join()).toMatch(
    new RegExp(`${workerAt(gone)} holds a receipt`),
  )
  const asked = sealing().flatMap((effect) => (effect.kind === 'send' ? effect.messages : []))
  expect(asked.filter(({ type }) => type === 'sealRequest')).toHaveLength(2)
})
