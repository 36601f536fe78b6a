import { type Preference, preferenceFor } from './preference.ts'

/** One thing to judge by. */
export type Criterion = {
  /** Not negative; only its share of all weights matters. */
  weight: number
  goal: 'min' | 'max'
  preference: Preference
}

/** Values of an alternative by criterion; undefined when not known. */
export type Values = readonly (number | undefined)[]

/** How an alternative stands among the others. */
export type Flows = {
  /** How much it is preferred to the others on average, 0 to 1. */
  positive: number
  /** How much the others are preferred to it, 0 to 1. */
  negative: number
  /** The difference of the two, by which alternatives are ranked. */
  net: number
  /** What each criterion adds to `net`. */
  byCriterion: readonly number[]
}

/** Of two alternatives: incomparable when one has more for it, and more against it, than the other. */
export type Relation = 'better' | 'worse' | 'equal' | 'incomparable'

/**
 * Flows of PROMETHEE II. A criterion of which one side is not known prefers neither side: what is missing
 * neither helps nor harms.
 *
 * @param alternatives - Each with one value a criterion, in the order of the criteria.
 * @throws {RangeError} for weights that are negative, not finite or all 0, and for values that are no number
 */
export function flowsOf(criteria: readonly Criterion[], alternatives: readonly Values[]): Flows[] {
  const weights = sharesOf(criteria)
  check(criteria, alternatives)
  const others = Math.max(1, alternatives.length - 1)
  return alternatives.map((mine) => {
    const gained = criteria.map(() => 0)
    const lost = criteria.map(() => 0)
    for (const theirs of alternatives) {
      criteria.forEach((criterion, j) => {
        const share = (weights[j] as number) / others
        gained[j] = (gained[j] as number) + share * preferred(criterion, mine[j], theirs[j])
        lost[j] = (lost[j] as number) + share * preferred(criterion, theirs[j], mine[j])
      })
    }
    const [positive, negative] = [sum(gained), sum(lost)]
    const byCriterion = gained.map((gain, j) => gain - (lost[j] as number))
    return { positive, negative, net: positive - negative, byCriterion }
  })
}

/** How far `mine` is preferred to `theirs` by one criterion. */
function preferred(
  { goal, preference }: Criterion,
  mine: number | undefined,
  theirs: number | undefined,
): number {
  if (mine === undefined || theirs === undefined) return 0
  return preferenceFor(preference, goal === 'max' ? mine - theirs : theirs - mine)
}

/**
 * PROMETHEE I: one is better if as much speaks for it and as little against it as for the other, and one
 * of the two more so.
 *
 * @param tolerance - Differences up to it are rounding.
 */
export function relationOf(mine: Flows, theirs: Flows, tolerance = 1e-12): Relation {
  const sign = (difference: number) =>
    Math.abs(difference) <= tolerance ? 0 : Math.sign(difference)
  const more = sign(mine.positive - theirs.positive)
  const less = sign(theirs.negative - mine.negative)
  if (more === 0 && less === 0) return 'equal'
  if (more >= 0 && less >= 0) return 'better'
  return more <= 0 && less <= 0 ? 'worse' : 'incomparable'
}

function sharesOf(criteria: readonly Criterion[]): number[] {
  const total = sum(criteria.map(({ weight }) => weight))
  if (!(total > 0 && Number.isFinite(total)) || criteria.some(({ weight }) => !(weight >= 0)))
    throw new RangeError(`weights must be 0 or more and not all 0, not ${weightsText(criteria)}`)
  return criteria.map(({ weight }) => weight / total)
}

const weightsText = (criteria: readonly Criterion[]): string =>
  criteria.map(({ weight }) => weight).join(', ')

function check(criteria: readonly Criterion[], alternatives: readonly Values[]): void {
  for (const values of alternatives) {
    if (values.length !== criteria.length)
      throw new RangeError(`${values.length} values for ${criteria.length} criteria`)
    const bad = values.find((value) => value !== undefined && !Number.isFinite(value))
    if (bad !== undefined) throw new RangeError(`a value must be a finite number, not ${bad}`)
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
