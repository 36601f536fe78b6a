import fc from 'fast-check'
import { expect, it } from 'vitest'
import { groupOdds, isCredible, ODDS_CAP, oddsOfTrust, WAD, workerOdds } from './credibility.ts'

const checks = fc.integer({ min: 0, max: 1_000_000 })
const f = fc.integer({ min: 100, max: 4900 })
const odds = fc.tuple(checks, f).map(([k, share]) => workerOdds(k, share))

it('odds never fall with checks and stay between those of a newcomer and the cap', () => {
  fc.assert(
    fc.property(checks, f, (k, share) => {
      expect(workerOdds(k + 1, share)).toBeGreaterThanOrEqual(workerOdds(k, share))
      expect(workerOdds(k, share)).toBeGreaterThanOrEqual(workerOdds(0, share))
      expect(workerOdds(k, share)).toBeLessThanOrEqual(ODDS_CAP)
    }),
  )
})

it('accepts at most one of several groups at any trust of a half or more', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(odds, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 5000, max: 9999 }),
      (votes, trust) => {
        const groups = votes.map(groupOdds)
        const accepted = groups.filter((group, i) =>
          isCredible(group, groups.toSpliced(i, 1), oddsOfTrust(trust / 10_000)),
        )
        expect(accepted.length).toBeLessThanOrEqual(1)
      },
    ),
  )
})

it('one more worker on the other side never helps', () => {
  fc.assert(
    fc.property(fc.array(odds, { minLength: 1, maxLength: 5 }), odds, (group, other) => {
      const minOdds = oddsOfTrust(0.9)
      if (isCredible(groupOdds(group), [other], minOdds))
        expect(isCredible(groupOdds(group), [], minOdds)).toBe(true)
      expect(groupOdds(group)).toBeGreaterThan(WAD)
    }),
  )
})
