import { wei } from '@millrace/base'
import type { EndedDeal, PoolRecord } from '@millrace/indexer/schema'
import { describe, expect, it } from 'vitest'
import { APP, appInBook, POOL, poolInBook } from '../testOrders.ts'
import { chooseByWeights, type StandingsParameters } from './standings.ts'

const OTHER = `0x${'d4'.repeat(20)}` as typeof POOL
const deal = (change: Partial<EndedDeal> = {}): EndedDeal => ({
  app: APP,
  volume: 10,
  inTime: 10,
  tookSec: 60,
  ...change,
})
const deals = (...times: number[]) => times.map((tookSec) => deal({ tookSec }))
const record = (change: Partial<PoolRecord> = {}): PoolRecord => ({
  deals: [],
  rightVotes: 0,
  wrongVotes: 0,
  ...change,
})

function fit(pool: typeof POOL, price: bigint) {
  const order = poolInBook({ pool, price: wei(price) })
  return { found: true, app: appInBook(), pool: order, volume: 9, costPerTask: wei(price) } as const
}

const choose = (change: Partial<StandingsParameters> = {}) =>
  chooseByWeights({
    weights: { price: 1 },
    fits: [fit(POOL, 10n), fit(OTHER, 30n)],
    request: { app: APP, volume: 10n },
    records: new Map(),
    watts: new Map(),
    ...change,
  })
const valuesOf = (records: PoolRecord, volume = 10n) =>
  choose({
    fits: [fit(POOL, 10n)],
    request: { app: APP, volume },
    records: new Map([[POOL, records]]),
  }).standings?.[0]

describe('chooseByWeights', () => {
  it('takes the dear pool for its record if that matters more', () => {
    const records = new Map([
      [POOL, record({ deals: deals(600, 700, 800).map((d) => ({ ...d, inTime: 6 })) })],
      [OTHER, record({ deals: deals(60, 70, 80) })],
    ])
    const weights = { price: 1, time: 1, reliability: 1 }
    const answer = choose({ weights, records })
    expect(answer.costPerTask).toBe(30n)
    expect(answer.standings?.map(({ pool }) => pool)).toEqual([OTHER, POOL])
    expect(answer.standings?.[0]).toMatchObject({
      values: { price: 30, time: 70, reliability: 1 },
      evidence: { deals: 3, tasks: 30, votes: 0 },
      byCriterion: { price: -1 / 3, time: 1 / 3, reliability: 1 / 3, trust: 0, energy: 0 },
      lead: 'better',
    })
    expect(choose({ weights: { ...weights, price: 3 }, records }).costPerTask).toBe(10n)
  })

  it('does not know what was seen too seldom', () => {
    expect(valuesOf(record())?.values).toEqual({ price: 10 })
    const two = record({ deals: deals(1, 2).map((d) => ({ ...d, volume: 4, inTime: 4 })) })
    expect(valuesOf({ ...two, rightVotes: 9 })?.values).toEqual({ price: 10 })
    const enough = valuesOf(record({ deals: deals(5, 1, 3), rightVotes: 9, wrongVotes: 1 }))
    expect(enough?.values).toMatchObject({ time: 3, reliability: 1, trust: 0.9 })
  })

  it('takes times from deals of like size, of the same app if there are enough', () => {
    const long = [1, 2, 3].map(() => deal({ volume: 1000, inTime: 1000, tookSec: 9000 }))
    expect(valuesOf(record({ deals: [...long, ...deals(2, 4, 6, 8)] }))?.values.time).toBe(5)
    expect(valuesOf(record({ deals: [...long, ...deals(2, 4)] }))?.values.time).toBeUndefined()
    expect(valuesOf(record({ deals: long }), 4000n)?.values.time).toBe(9000)
    expect(valuesOf(record({ deals: long }), 4001n)?.values.time).toBeUndefined()
    const ofOthers = deals(20, 30, 40).map((one) => ({ ...one, app: OTHER }))
    expect(valuesOf(record({ deals: [...ofOthers, ...deals(1, 2, 3)] }))?.values.time).toBe(2)
    expect(valuesOf(record({ deals: [...ofOthers, ...deals(1)] }))?.values.time).toBe(25)
  })

  it('counts the watts that a pool declares', () => {
    const answer = choose({
      weights: { energy: 1 },
      watts: new Map([
        [POOL, 40],
        [OTHER, 10],
      ]),
    })
    expect(answer.standings?.map(({ pool }) => pool)).toEqual([OTHER, POOL])
  })
})
