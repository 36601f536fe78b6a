import type { Address, DealId } from '@millrace/base'
import { hashDeal } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../core/facts.ts'
import { aDeal, CorePool, START_MS } from '../testing/corePool.ts'
import { createDealHistory } from './dealHistory.ts'

const APP = `0x${'a1'.repeat(20)}` as Address
const OTHER = `0x${'a2'.repeat(20)}` as Address
let salt = 100

/** A deal of ten that settles one task after each of these seconds. */
function course(
  seconds: readonly number[],
  { app = APP, isDone = true } = {},
): {
  dealId: DealId
  facts: Fact[]
} {
  const terms = aDeal({ volume: 10, app, salt: ++salt })
  const dealId = hashDeal(terms)
  const facts: Fact[] = [{ kind: 'dealOpened', terms, atMs: START_MS }]
  for (const [index, sec] of seconds.entries())
    facts.push({
      kind: 'settled',
      dealId,
      nonce: 1,
      indices: [index],
      atMs: START_MS + 1000 * sec,
    })
  if (isDone) facts.push({ kind: 'dealClosed', dealId, status: 'done', atMs: START_MS })
  return { dealId, facts }
}

/** Half done after 50 s; the end takes longer. */
const slow = [10, 20, 30, 40, 50, 60, 70, 80, 90, 200]
const halfOf = (seconds: readonly number[], app = APP) =>
  course(seconds.slice(0, 5), { app, isDone: false })

function after(...past: { facts: Fact[] }[]) {
  const history = createDealHistory()
  for (const { facts } of past) history.note(facts)
  return history
}

describe('createDealHistory', () => {
  it('foretells the end by how earlier deals went, with what that is worth', () => {
    const history = after(course(slow), course(slow), course(slow))
    const { dealId, facts } = halfOf(slow)
    history.note(facts)
    expect(history.foretell(dealId, START_MS + 60_000)).toEqual({
      leftSec: 140,
      success: 1,
      runs: 3,
    })
  })

  it('says nothing before a task has settled, nor with fewer than three deals to go by', () => {
    const history = after(course(slow), course(slow))
    const { dealId, facts } = halfOf(slow)
    history.note(facts)
    expect(history.foretell(dealId, START_MS + 60_000)).toBeUndefined()
    const fresh = course([], { isDone: false })
    const known = after(course(slow), course(slow), course(slow), fresh)
    expect(known.foretell(fresh.dealId, START_MS)).toBeUndefined()
  })

  it('says nothing once it is overdue, and of deals that it does not know', () => {
    const history = after(course(slow), course(slow), course(slow))
    const { dealId, facts } = halfOf(slow)
    history.note(facts)
    expect(history.foretell(dealId, START_MS + 200_000)).toBeUndefined()
    expect(history.foretell(course([]).dealId, START_MS)).toBeUndefined()
  })

  it('goes by deals of the same app if there are three, and forgets those that ended short', () => {
    const quick = slow.map((sec) => Math.min(sec, 100))
    const others = [1, 2, 3].map(() => course(quick, { app: OTHER }))
    const mine = halfOf(slow)
    const few = after(...others, course(slow), mine)
    expect(few.foretell(mine.dealId, START_MS + 50_000)).toMatchObject({ leftSec: 50, runs: 4 })
    const enough = after(...others, course(slow), course(slow), course(slow), mine)
    expect(enough.foretell(mine.dealId, START_MS + 50_000)).toMatchObject({ leftSec: 150, runs: 3 })
    const short = course(slow.slice(0, 9))
    const three = after(course(slow), course(slow), course(slow), short, mine)
    expect(three.foretell(mine.dealId, START_MS + 50_000)?.runs).toBe(3)
  })

  it('reads the facts that the core records', () => {
    const pool = new CorePool()
    const history = createDealHistory()
    for (let n = 0; n < 4; n++) {
      const terms = aDeal({ volume: 200, salt: ++salt })
      const dealId = hashDeal(terms)
      pool.open(terms)
      pool.pass(10_000)
      pool.turn({ kind: 'tasksSettled', dealId, nonce: 2 * n + 1, indices: range(0, 100) })
      history.note(pool.facts.splice(0))
      const foretold = history.foretell(dealId, pool.nowMs)
      if (n < 3) expect(foretold).toBeUndefined()
      else expect(foretold).toMatchObject({ leftSec: 20, success: 1, runs: 3 })
      pool.pass(20_000)
      pool.turn({ kind: 'tasksSettled', dealId, nonce: 2 * n + 2, indices: range(100, 200) })
      history.note(pool.facts.splice(0))
      expect(history.foretell(dealId, pool.nowMs)).toBeUndefined()
    }
  })
})

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
