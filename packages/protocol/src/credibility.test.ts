import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  credibilityOf,
  groupOdds,
  isCredible,
  ODDS_CAP,
  oddsOfTrust,
  trustOfOdds,
  WAD,
  workerOdds,
} from './credibility.ts'

// Independent oracle: exact fractions and 50-digit floats, see PROVENANCE.json beside it.
const VECTORS = new URL('../../../../shared/vectors/credibility.json', import.meta.url)

type Case = {
  fWad: string
  blacklist: boolean
  spotChecks: number[][]
  workerOddsWad: string[][]
  groupOddsWad: string[]
  accept: Record<string, number>
}

describe.skipIf(!existsSync(VECTORS))('the vectors of shared/vectors/credibility.json', () => {
  const { wad_fixed_point: vectors } = existsSync(VECTORS)
    ? (JSON.parse(readFileSync(VECTORS, 'utf8')) as {
        wad_fixed_point: { cases: Case[]; worker_odds: { fWad: string; k: number; bl: string }[] }
      })
    : { wad_fixed_point: { cases: [], worker_odds: [] } }
  const toBps = (fWad: string) => Number((BigInt(fWad) * 10_000n) / WAD)
  const inBps = ({ fWad }: { fWad: string }) =>
    (BigInt(toBps(fWad)) * WAD) / 10_000n === BigInt(fWad)

  it.each(vectors.worker_odds.filter(inBps))(
    'gives worker odds for f $fWad and $k checks',
    ({ fWad, k, bl }) => {
      expect(workerOdds(k, toBps(fWad))).toBe(BigInt(bl))
    },
  )

  it('multiplies groups and decides as the oracle does', () => {
    const cases = vectors.cases.filter((item) => item.blacklist && inBps(item))
    expect(cases.length).toBeGreaterThan(5)
    for (const { fWad, spotChecks, groupOddsWad, accept } of cases) {
      const groups = spotChecks.map((checks) =>
        groupOdds(checks.map((k) => workerOdds(k, toBps(fWad)))),
      )
      expect(groups).toEqual(groupOddsWad.map(BigInt))
      for (const [error, winner] of Object.entries(accept)) {
        const minOdds = oddsOfTrust(1 - Number(error))
        const accepted = groups.findIndex((group, i) =>
          isCredible(group, groups.toSpliced(i, 1), minOdds),
        )
        expect(accepted, `error ${error}`).toBe(winner)
      }
    }
  })
})

describe('trust', () => {
  it('turns into odds and back', () => {
    expect(oddsOfTrust(0.9)).toBe(9n * WAD)
    expect(oddsOfTrust(0)).toBe(0n)
    expect(trustOfOdds(oddsOfTrust(0.999))).toBeCloseTo(0.999, 8)
  })

  it('is never rounded down to nothing, nor up to what cannot be', () => {
    expect(oddsOfTrust(Number.MIN_VALUE)).toBeGreaterThan(0n)
    expect(oddsOfTrust(1e-10)).toBeGreaterThan(0n)
    expect(oddsOfTrust(1 - 1e-12)).toBe(ODDS_CAP)
  })

  it('refuses certainty and nonsense', () => {
    for (const trust of [1, -0.1, Number.NaN]) expect(() => oddsOfTrust(trust)).toThrow(RangeError)
  })

  it('is reached at 90 % by two fresh workers that agree, not by one', () => {
    const fresh = workerOdds(0, 2000)
    expect(fresh).toBe(4n * WAD)
    expect(isCredible(groupOdds([fresh]), [], oddsOfTrust(0.9))).toBe(false)
    expect(isCredible(groupOdds([fresh, fresh]), [], oddsOfTrust(0.9))).toBe(true)
    expect(credibilityOf(groupOdds([fresh, fresh]), [])).toBeCloseTo(16 / 17, 8)
  })
})
