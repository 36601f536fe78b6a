import { seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { ENVIRONMENTS, fitLognormal, type Interval, nodeTimes } from './availability.ts'
import { readFailureTrace } from './failureTrace.ts'

describe('nodeTimes', () => {
  it('stays as long as the quartiles say', () => {
    const environment = ENVIRONMENTS.nd
    const stays: number[] = []
    const gaps: number[] = []
    for (let seed = 0; seed < 400; seed++) {
      const times = nodeTimes(environment, seededRandom(seed))
      const all = Array.from({ length: 22 }, () => times.next().value as Interval)
      // The first may have begun before 0.
      for (const [i, { fromSec, untilSec }] of all.slice(1).entries()) {
        stays.push(untilSec - fromSec)
        gaps.push(fromSec - (all[i] as Interval).untilSec)
      }
    }
    const quartiles = (numbers: number[]) => {
      const sorted = numbers.toSorted((a, b) => a - b)
      return [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * sorted.length)] as number)
    }
    const { mu, sigma } = fitLognormal(environment.available)
    const fitted = [-1, 0, 1].map((z) => Math.exp(mu + z * 0.67449 * sigma))
    for (const [i, value] of quartiles(stays).entries())
      expect(value / (fitted[i] as number)).toBeCloseTo(1, 0)
    // A lognormal of three quartiles keeps the median and the ratio of the outer two.
    expect((quartiles(stays)[1] as number) / 3840).toBeCloseTo(1, 0)
    expect((quartiles(gaps)[1] as number) / 960).toBeCloseTo(1, 0)
  })

  it('is in order, and the same for the same seed', () => {
    const take = (seed: number) => {
      const times = nodeTimes(ENVIRONMENTS.g5kgre, seededRandom(seed))
      return Array.from({ length: 50 }, () => times.next().value as Interval)
    }
    expect(take(7)).toEqual(take(7))
    const all = take(7)
    expect(all[0]?.fromSec).toBeGreaterThanOrEqual(0)
    for (const [i, { fromSec, untilSec }] of all.entries()) {
      expect(untilSec).toBeGreaterThan(fromSec)
      if (i > 0) expect(fromSec).toBeGreaterThanOrEqual((all[i - 1] as Interval).untilSec)
    }
  })
})

describe('readFailureTrace', () => {
  const line = (node: number, type: number, from: number | string, until: number) =>
    [1, 0, node, 0, `host${node}`, type, from, until, 0].join('\t')
  const head = '#event_id\tcomponent_id\tnode_id\tplatform_id\tnode_name\tevent_type\t...'

  it('reads when each node was there, from the first event on', () => {
    const text = [head, line(5, 1, 1000, 1060), line(5, 0, 1060, 1100), line(5, 1, 1100, 1200)]
    const nodes = readFailureTrace([...text, line(8, 0, 1010, 1500), ''].join('\n'))
    expect([...nodes]).toEqual([
      [
        '5',
        [
          { fromSec: 0, untilSec: 60 },
          { fromSec: 100, untilSec: 200 },
        ],
      ],
      ['8', []],
    ])
  })

  it('joins what touches or overlaps, in whatever order it comes', () => {
    const text = [line(1, 1, 60, 90), line(1, 1, 0, 50), line(1, 1, 40, 60), line(1, 1, 70, 70)]
    expect(readFailureTrace(text.join('\n')).get('1')).toEqual([{ fromSec: 0, untilSec: 90 }])
  })

  it('says which line and column is no time', () => {
    expect(() => readFailureTrace([head, line(1, 1, 'NULL', 5)].join('\n'))).toThrow(
      /line 2, column 7 is "NULL", but must be a time in seconds/,
    )
    expect(() => readFailureTrace('1\t2')).toThrow(/line 1, column 7 is missing/)
  })

  it('reads nothing from nothing', () => {
    expect(readFailureTrace(`${head}\n`).size).toBe(0)
  })
})
