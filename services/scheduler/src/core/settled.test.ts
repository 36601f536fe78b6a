import type { Seconds } from '@millrace/base'
import { hashDeal, hashTask, oddsOfTrust } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { aDeal, CorePool, ofKind, sentTo } from '../testing/corePool.ts'
import { explainIndex, explainTask } from './explainTask.ts'
import { progressOf } from './progress.ts'
import { decodeState, encodeState } from './snapshot.ts'

const TRUST = oddsOfTrust(0.9)

/** Two workers with room for four tasks each. */
function aPool(): CorePool {
  const pool = new CorePool({ policy: { goneMs: 10_000_000 } })
  for (const n of [1, 2]) pool.join(n, { advertisement: { slots: 4 } })
  return pool
}

describe('tasks that the chain has spoiled', () => {
  function spoiled() {
    const pool = aPool()
    const terms = aDeal({ volume: 2, minOdds: TRUST })
    pool.open(terms)
    const dealId = hashDeal(terms)
    const effects = pool.turn({ kind: 'tasksSpoiled', dealId, indices: [1] })
    return { pool, dealId, effects }
  }

  it('are given to nobody any more, and workers may forget them', () => {
    const { pool, dealId, effects } = spoiled()
    const taskId = hashTask(dealId, 1)
    expect(sentTo(effects, 1, 'cancel')[0]).toMatchObject({ tasks: [taskId] })
    pool.pass(10_000)
    expect(pool.state.tasks.has(taskId)).toBe(false)
  })

  it('end their deal with the last of the others', () => {
    const { pool, dealId } = spoiled()
    pool.turn({ kind: 'tasksSettled', dealId, nonce: 1, indices: [0] })
    expect(pool.state.deals.get(dealId)).toMatchObject({ status: 'done', settled: 1, spoiled: 1 })
  })

  it('are explained, counted as failed, and the same after a restart', () => {
    const { pool, dealId } = spoiled()
    const state = decodeState(encodeState(pool.state))
    const deal = state.deals.get(dealId)
    if (deal === undefined) throw new RangeError('the deal is gone')
    const { policy, nowMs } = pool
    const asked = { deal, index: 1, taskId: hashTask(dealId, 1) }
    const told = explainIndex(state, asked, { policy, nowMs })
    expect(told).toMatchObject({ state: 'spoiled', because: [expect.stringMatching(/public/)] })
    expect(progressOf(state, deal, nowMs)).toMatchObject({ failed: 1, waiting: 0 })
  })

  it('stop a batch that was made with them elsewhere', () => {
    const { pool, dealId } = spoiled()
    const taskId = hashTask(dealId, 0)
    for (const n of [1, 2]) pool.commit(n, taskId, `0x${'11'.repeat(32)}` as never)
    for (const n of [1, 2]) pool.tag(n, taskId, `0x${'11'.repeat(32)}` as never)
    expect(pool.state.tasks.get(taskId)?.stage).toBe('sealed')
    pool.turn({ kind: 'tasksSpoiled', dealId, indices: [0] })
    expect([...pool.state.batches.values()].filter(({ stage }) => stage !== 'open')).toEqual([])
  })
})

describe('a deal of slots', () => {
  const lease = { volume: 3, slotSec: 60 as Seconds, taskSec: 30 as Seconds }

  it('is begun slot by slot, never before its time', () => {
    const pool = aPool()
    const terms = aDeal(lease)
    const dealId = hashDeal(terms)
    const begun = () => [0, 1, 2].filter((index) => pool.state.tasks.has(hashTask(dealId, index)))
    pool.open(terms)
    expect(begun()).toEqual([0])
    pool.pass(59_999)
    expect(begun()).toEqual([0])
    pool.pass(1)
    expect(begun()).toEqual([0, 1])
  })

  it('says when a slot begins, until when it was promised and that it is late', () => {
    const pool = aPool()
    const terms = aDeal(lease)
    pool.open(terms)
    const deal = pool.state.deals.get(hashDeal(terms))
    const task = pool.state.tasks.get(hashTask(hashDeal(terms), 0))
    if (deal === undefined || task === undefined) throw new RangeError('nothing was begun')
    const { policy } = pool
    const waiting = { deal, index: 1, taskId: hashTask(deal.dealId, 1) }
    const options = { policy, nowMs: pool.nowMs }
    expect(explainIndex(pool.state, waiting, options).because[0]).toMatch(/slot begins.* in 60 s/)
    expect(explainTask(pool.state, task, options).because.at(-1)).toMatch(
      /promised to be committed/,
    )
    const late = { policy, nowMs: pool.nowMs + 31_000 }
    expect(explainTask(pool.state, task, late).because.at(-1)).toMatch(/it is late/)
  })

  it('comes before deals without a promise, the one that is due first before others', () => {
    const pool = new CorePool()
    const plain = aDeal({ salt: 1, volume: 1 })
    const later = aDeal({ salt: 2, volume: 1, taskSec: 50 as Seconds })
    const first = aDeal({ salt: 3, volume: 1, taskSec: 40 as Seconds })
    for (const terms of [plain, later, first]) pool.open(terms)
    pool.join(1, { advertisement: { slots: 1 } })
    const order = [...pool.state.tasks.values()].map(({ dealId }) => dealId)
    expect(order).toEqual([first, later, plain].map(hashDeal).slice(0, order.length))
  })

  it('is bound anew when the chain dates its commit before the slot', () => {
    const pool = aPool()
    const terms = aDeal({ ...lease, volume: 1, minOdds: TRUST })
    pool.open(terms)
    const taskId = hashTask(hashDeal(terms), 0)
    const digest = `0x${'11'.repeat(32)}` as never
    for (const n of [1, 2]) pool.commit(n, taskId, digest)
    pool.tag(1, taskId, digest)
    const sealing = pool.tag(2, taskId, digest)
    pool.seal(1, sentTo(sealing, 1, 'sealRequest')[0] as never, digest)
    const [commit] = ofKind(
      pool.seal(2, sentTo(sealing, 2, 'sealRequest')[0] as never, digest),
      'commitBatch',
    )
    if (commit === undefined) throw new RangeError('nothing was committed')
    const { nonce, root } = commit
    const committedAt = terms.openedAt - 1
    const effects = pool.turn({ kind: 'batchCommitted', nonce, root, committedAt })
    expect(sentTo(effects, 1, 'committed')).toEqual([])
    expect(sentTo(effects, 1, 'recommit')).toHaveLength(1)
  })
})
