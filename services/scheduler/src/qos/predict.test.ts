import { describe, expect, it } from 'vitest'
import type { Completion } from './completion.ts'
import { predict } from './predict.ts'

/** A bag of ten: half of it done at 5 times `pace`, all of it at `end`. */
const bag = (pace: number, end: number): Completion => ({
  size: 10,
  doneSec: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => n * pace).concat(end),
})

describe('predict', () => {
  it('goes on at the present pace without a past, and says that it rests on nothing', () => {
    expect(predict([], { share: 0.25, sec: 60 })).toEqual({
      totalSec: 240,
      success: undefined,
      runs: 0,
    })
  })

  it('learns how much longer bags take than their first half promises', () => {
    const past = [bag(1, 15), bag(2, 30), bag(3, 45)]
    const { totalSec, success, runs } = predict(past, { share: 0.5, sec: 100 })
    expect(totalSec).toBeCloseTo(300, 9)
    expect([success, runs]).toEqual([1, 3])
  })

  it('counts success for each past bag by the others, so that one cannot vouch for itself', () => {
    const odd = predict([bag(1, 15), bag(1, 15), bag(1, 40)], { share: 0.5, sec: 5 })
    expect(odd.totalSec).toBeCloseTo(15, 9)
    expect(odd.success).toBeCloseTo(2 / 3, 9)
    expect(predict([bag(1, 40)], { share: 0.5, sec: 5 }).success).toBe(0)
  })

  it('leaves out bags that never came so far or never ended', () => {
    const short = { size: 10, doneSec: [1, 2, 3] }
    expect(predict([short, bag(1, 15)], { share: 0.5, sec: 5 }).runs).toBe(1)
  })

  it('refuses a share that is none', () => {
    for (const share of [0, -1, 1.1, Number.NaN])
      expect(() => predict([], { share, sec: 1 })).toThrow(RangeError)
  })
})
