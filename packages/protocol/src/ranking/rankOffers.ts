import { type Criterion, type Flows, flowsOf, type Relation, relationOf } from './promethee.ts'

/** What offers of pools can be weighed by. */
export const OFFER_CRITERIA = ['price', 'time', 'reliability', 'trust', 'energy'] as const
export type OfferCriterion = (typeof OFFER_CRITERIA)[number]

/** How much each criterion matters; those left out do not. */
export type OfferWeights = { readonly [K in OfferCriterion]?: number | undefined }

/**
 * What is known of an offer: `price` of a task in base units, `time` to the end of the request in seconds,
 * `reliability` as the share of tasks delivered in time, `trust` as the share of votes that were right,
 * `energy` in watts a slot.
 */
export type OfferValues = { readonly [K in OfferCriterion]?: number | undefined }

export type RankedOffer = {
  /** Place in the list that was given. */
  index: number
  net: number
  /** What each criterion adds to `net`. */
  byCriterion: Readonly<Record<OfferCriterion, number>>
  /** Against the next one by PROMETHEE I, see {@link relationOf}; the last has none. */
  lead: Relation | undefined
}

/** Amounts are compared by their ratio: 2 % more is nothing, 50 % more counts in full. */
const BY_RATIO = {
  goal: 'min',
  preference: { kind: 'linear', q: Math.log(1.02), p: Math.log(1.5) },
} as const

const RULES: Record<OfferCriterion, Omit<Criterion, 'weight'> & { isRatio: boolean }> = {
  price: { ...BY_RATIO, isRatio: true },
  time: { ...BY_RATIO, isRatio: true },
  energy: { ...BY_RATIO, isRatio: true },
  reliability: {
    goal: 'max',
    preference: { kind: 'linear', q: 0.005, p: 0.1 },
    isRatio: false,
  },
  trust: { goal: 'max', preference: { kind: 'linear', q: 0.001, p: 0.02 }, isRatio: false },
}

/**
 * Offers by the net flow of PROMETHEE II, best first; of equal ones the cheapest, then the first given.
 *
 * @throws {RangeError} for weights that are negative or all 0, and values that are no number
 * @see docs/protocol/ranking.md
 */
export function rankOffers(weights: OfferWeights, offers: readonly OfferValues[]): RankedOffer[] {
  const criteria = OFFER_CRITERIA.map((name) => ({ ...RULES[name], weight: weights[name] ?? 0 }))
  const values = offers.map((offer) => OFFER_CRITERIA.map((name) => scaled(name, offer[name])))
  const flows = flowsOf(criteria, values)
  const priceOf = (index: number) => offers[index]?.price ?? Number.POSITIVE_INFINITY
  const places = flows
    .map(({ net }, index) => ({ index, net }))
    .sort((a, b) => compare(b.net, a.net) || compare(priceOf(a.index), priceOf(b.index)))
  return places.map(({ index, net }, place) => {
    const mine = flows[index] as Flows
    const next = places[place + 1]
    return {
      index,
      net,
      byCriterion: Object.fromEntries(
        OFFER_CRITERIA.map((name, j) => [name, mine.byCriterion[j]]),
      ) as RankedOffer['byCriterion'],
      lead: next === undefined ? undefined : relationOf(mine, flows[next.index] as Flows),
    }
  })
}

/** Flows that differ by rounding only are equal. */
function compare(a: number, b: number): number {
  if (a === b || Math.abs(a - b) <= 1e-12) return 0
  return a < b ? -1 : 1
}

/** One base unit, second or watt is the least that there is: what costs nothing has a ratio too. */
function scaled(name: OfferCriterion, value: number | undefined): number | undefined {
  if (value === undefined || !RULES[name].isRatio) return value
  return Math.log(Math.max(1, value))
}
