/**
 * How a difference in one criterion becomes a preference: the six types of Brans, Vincke and Mareschal
 * (1986). Thresholds and differences are in the unit of the criterion and not negative.
 *
 * @see docs/protocol/ranking.md
 */
export type Preference =
  | { kind: 'usual' }
  | { kind: 'uShape'; q: number }
  | { kind: 'vShape'; p: number }
  | { kind: 'level'; q: number; p: number }
  | { kind: 'linear'; q: number; p: number }
  | { kind: 'gaussian'; s: number }

/**
 * How much a difference in favour counts, 0 to 1; 0 when there is none. Differences up to `q` do not
 * count, those from `p` on count in full.
 */
export function preferenceFor(preference: Preference, difference: number): number {
  const d = difference
  if (!(d > 0)) return 0
  switch (preference.kind) {
    case 'usual':
      return 1
    case 'uShape':
      return d > preference.q ? 1 : 0
    case 'vShape':
      return d < preference.p ? d / preference.p : 1
    case 'level':
      if (d <= preference.q) return 0
      return d <= preference.p ? 0.5 : 1
    case 'linear':
      if (d <= preference.q) return 0
      return d < preference.p ? (d - preference.q) / (preference.p - preference.q) : 1
    case 'gaussian':
      return 1 - Math.exp(-(d * d) / (2 * preference.s * preference.s))
  }
}
