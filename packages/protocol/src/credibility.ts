/** Odds c / (1 - c) in WAD: 1e18 means even odds. Capped at {@link ODDS_CAP}. */
export type Odds = bigint

export const WAD = 10n ** 18n
export const ODDS_CAP = 10n ** 36n
/** Euler's number in WAD. */
const E_WAD = 2_718_281_828_459_045_235n

/**
 * Odds that a worker with `checks` passed since its last fault is right, with blacklisting:
 * `max((1 - f) / f, k e (1 - f) / f - 1)`, floors against the worker.
 *
 * @param saboteurBps - Assumed share f of saboteurs, 1 to 4999.
 * @see docs/protocol/credibility.md; Sarmenta 2001
 */
export function workerOdds(checks: number, saboteurBps: number): Odds {
  const f = (BigInt(saboteurBps) * WAD) / 10_000n
  const base = ((WAD - f) * WAD) / f
  const earned = (BigInt(checks) * E_WAD * (WAD - f)) / f - WAD
  const odds = earned > base ? earned : base
  return odds < ODDS_CAP ? odds : ODDS_CAP
}

/**
 * Odds that a bond covers: `1 + bond / value`, rounded down. A worker's vote weighs no more, whatever its record.
 *
 * @param value - All that the worker answers for, the votes at hand included; both in base units.
 */
export function coveredOdds(bond: bigint, value: bigint): Odds {
  return value === 0n ? ODDS_CAP : min(WAD + (bond * WAD) / value, ODDS_CAP)
}

/** Odds of a group that returned one digest: product, saturating. */
export function groupOdds(odds: readonly Odds[]): Odds {
  return odds.reduce((group, o) => min((group * o) / WAD, ODDS_CAP), WAD)
}

/** True if a group's digest may be accepted against all other groups: `O >= minOdds (1 + sum of others)`. */
export function isCredible(group: Odds, others: readonly Odds[], minOdds: Odds): boolean {
  const against = others.reduce((sum, o) => sum + o, WAD)
  return group * WAD >= minOdds * against
}

/** Probability that the group is right: O / (1 + sum of all). For display; 0 to 1. */
export function credibilityOf(group: Odds, others: readonly Odds[]): number {
  const total = others.reduce((sum, o) => sum + o, WAD + group)
  return Number((group * 1_000_000_000n) / total) / 1e9
}

/** Odds of a trust such as 0.9 (error at most 10 %): `(1 - e) / e`, rounded up. 0 gives 0: the pool's word. */
export function oddsOfTrust(trust: number): Odds {
  if (!(trust >= 0 && trust < 1)) throw new RangeError(`trust out of range: ${trust}`)
  if (trust === 0) return 0n
  // However little is asked for, it is not nothing: that has to be asked for by name.
  const c = BigInt(Math.max(1, Math.round(trust * 1e9)))
  const e = 1_000_000_000n - c
  if (e === 0n) return ODDS_CAP
  return min((c * WAD + e - 1n) / e, ODDS_CAP)
}

/** Inverse of {@link oddsOfTrust}, for display. */
export function trustOfOdds(odds: Odds): number {
  return Number((odds * 1_000_000_000n) / (odds + WAD)) / 1e9
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
