import { type TaskId, unixSeconds } from '@millrace/base'
import { hashDeal, hashTask, oddsOfTrust, PLAIN, WAD } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { aDeal, CorePool, RIGHT, WRONG, workerAt } from '../testing/corePool.ts'
import { explainIndex, explainTask } from './explainTask.ts'
import { describeWorker, explainOrder, explainWorker } from './explainWorker.ts'
import { progressOf } from './progress.ts'
import type { Deal, Task } from './state.ts'

const optionsOf = ({ policy, nowMs }: CorePool) => ({ policy, nowMs })

describe('why a task waits', () => {
  it('says with numbers how many more workers a split vote needs', () => {
    const pool = new CorePool()
    pool.join(1)
    pool.join(2)
    pool.open(aDeal({ minOdds: oddsOfTrust(0.9) }))
    const [task] = pool.state.tasks.values()
    const { taskId } = task as Task
    pool.commit(1, taskId, RIGHT)
    pool.commit(2, taskId, WRONG)
    pool.tag(1, taskId, RIGHT)
    pool.tag(2, taskId, WRONG)
    const { state, because, remedies, history } = explainTask(
      pool.state,
      task as Task,
      optionsOf(pool),
    )
    expect(state).toBe('reported')
    expect(because).toEqual([
      'trust 90 % needs 2 more agreeing workers of odds 4 (trust 80.0 %); 0 are connected that do not have it yet',
      'its results differ: groups of 1 (odds 4 (trust 80.0 %)), 1 (odds 4 (trust 80.0 %))',
    ])
    expect(remedies[0]).toMatch(/^2 more agreeing workers/)
    expect(history.map(({ event }) => event)).toEqual(['assigned', 'tagged', 'assigned', 'tagged'])
  })

  it('says what a deal beyond the means of the pool would take', () => {
    const pool = new CorePool()
    pool.join(1)
    pool.join(2)
    const terms = aDeal({ volume: 3, minOdds: oddsOfTrust(0.999) })
    pool.open(terms)
    const deal = pool.state.deals.get(hashDeal(terms)) as Deal
    const taskId = hashTask(deal.dealId, 1)
    const { state, because, remedies } = explainIndex(
      pool.state,
      { deal, index: 1, taskId },
      optionsOf(pool),
    )
    expect(state).toBe('waiting')
    expect(because[0]).toBe(
      'trust 99.9 % is beyond the 2 connected workers that may vote: all agreeing reach 94.1 %',
    )
    expect(remedies[0]).toMatch(/^3 more bonded workers/)
  })

  it('names the batch of a settled one', () => {
    const pool = new CorePool()
    pool.join(1)
    const terms = aDeal({ volume: 2 })
    pool.open(terms)
    const deal = pool.state.deals.get(hashDeal(terms)) as Deal
    const taskId: TaskId = hashTask(deal.dealId, 0)
    pool.turn({ kind: 'tasksSettled', dealId: deal.dealId, nonce: 7, indices: [0] })
    const explained = explainIndex(pool.state, { deal, index: 0, taskId }, optionsOf(pool))
    expect(explained).toMatchObject({ state: 'settled', because: ['it settled in batch 7'] })
  })
})

describe('why a worker gets no work', () => {
  it('compares its machine with the open deals', () => {
    const pool = new CorePool()
    pool.join(1, { advertisement: { memoryMiB: 32 } })
    pool.open(aDeal())
    const { state, because } = explainWorker(pool.state, workerAt(1), optionsOf(pool)) ?? {}
    expect(state).toBe('ready')
    expect(because?.[1]).toMatch(/has 32 MiB of memory of 64/)
  })

  it('keeps the cause for which it was dropped', () => {
    const pool = new CorePool()
    pool.join(1, { advertisement: { slots: 8 } })
    pool.open(aDeal({ volume: 8 }))
    const items = [...pool.state.tasks.keys()].map((taskId) => {
      return { taskId, code: 'HOST_ERROR', message: 'no sandbox' }
    })
    pool.say(1, { type: 'failed', items })
    expect(describeWorker(pool.state, workerAt(1), pool.nowMs)).toMatchObject({
      state: 'dropped',
      failed: 8,
    })
    const { because } = explainWorker(pool.state, workerAt(1), optionsOf(pool)) ?? {}
    expect(because?.[0]).toMatch(/dropped for another 30 s: it failed 8 tasks in a row/)
  })

  it('knows nothing of a stranger', () => {
    const pool = new CorePool()
    expect(explainWorker(pool.state, workerAt(9), optionsOf(pool))).toBeUndefined()
  })
})

describe('whether an order could be run', () => {
  const { requester, beneficiary, callback, app, dataset, bag, bagCodec, fuel, wallSec } = aDeal()
  const order = {
    requester,
    beneficiary,
    callback,
    app,
    dataset,
    bag,
    bagCodec,
    fuel,
    wallSec,
    onlyPool: requester,
    maxAppPrice: aDeal().appPrice,
    maxDatasetPrice: aDeal().appPrice,
    maxPoolPrice: aDeal().appPrice,
    minStake: aDeal().appPrice,
    minOdds: WAD * 9n,
    volume: 1n,
    memoryMiB: 64,
    diskMiB: 64,
    deadlineSec: aDeal().maturitySec,
    maturitySec: aDeal().maturitySec,
    expiresAt: unixSeconds(2_000_000_000),
    salt: 1n,
    ...PLAIN.request,
  }

  it('names the workers that could', () => {
    const pool = new CorePool()
    pool.join(1)
    pool.join(2)
    const asked = { ...optionsOf(pool), saboteurBps: 2000 }
    const { state, because } = explainOrder(pool.state, order, asked)
    expect(state).toBe('possible')
    expect(because[0]).toMatch(/^2 of 2 known workers could run it with trust 90 %/)
  })

  it('gives every reason why not', () => {
    const pool = new CorePool()
    const asked = { ...optionsOf(pool), saboteurBps: 2000 }
    const bad = { ...order, onlyPool: workerAt(5), expiresAt: unixSeconds(1) }
    const { state, because } = explainOrder(pool.state, bad, asked)
    expect(state).toBe('impossible')
    expect(because).toHaveLength(4)
  })
})

describe('progress of a deal', () => {
  it('counts every task once', () => {
    const pool = new CorePool()
    pool.join(1, { advertisement: { slots: 2 } })
    const terms = aDeal({ volume: 20 })
    pool.open(terms)
    const deal = pool.state.deals.get(hashDeal(terms)) as Deal
    pool.nowMs += 1000
    pool.turn({ kind: 'tasksSettled', dealId: deal.dealId, nonce: 1, indices: [0, 1] })
    const { waiting, running, reported, agreed, committed, settled, failed, etaSec } = progressOf(
      pool.state,
      deal,
      pool.nowMs,
    )
    expect(waiting + running + reported + agreed + committed + settled + failed).toBe(20)
    expect(settled).toBe(2)
    expect(etaSec).toBeCloseTo(9, 0)
  })
})
