import { OFFER_CRITERIA, type OfferCriterion, type OfferWeights } from '@millrace/protocol'
import type { OfferStanding } from '@millrace/wire'
import type { Messages } from '../language/messages.ts'
import { formatCoins, formatDuration, formatTrust, shortHex } from '../terminal/format.ts'
import { formatTable } from '../terminal/table.ts'

/** Why the first offer was chosen: all offers in a table, then what spoke for and against it. */
export function offersText(
  standings: readonly OfferStanding[],
  weights: OfferWeights,
  t: Messages,
): string {
  const [best, next] = standings
  if (best === undefined) return ''
  const asked = OFFER_CRITERIA.filter((name) => (weights[name] ?? 0) > 0)
  const table = formatTable(
    t.offer.columns,
    standings.map((standing) => rowOf(standing)),
  )
  const sentences = [
    t.offer.chosen({
      pool: shortHex(best.pool),
      offers: standings.length,
      weights: asked.map((name) => `${t.offer.criteria[name]} ${weights[name]}`).join(', '),
    }),
    ...(next === undefined ? [t.offer.alone] : reasonsOf(best, asked, t)),
    ...unknownOf(best, asked, t),
    ...(next === undefined ? [] : [leadOf(best, next, t)]),
  ]
  return [table, ...sentences].join('\n')
}

function rowOf({ pool, costPerTask, values, net }: OfferStanding): string[] {
  const { time, reliability, trust, energy } = values
  const show = <T>(value: T | undefined, format: (known: T) => string) =>
    value === undefined ? '?' : format(value)
  return [
    shortHex(pool),
    formatCoins(costPerTask),
    show(time, formatDuration),
    show(reliability, formatTrust),
    show(trust, formatTrust),
    show(energy, (watts) => `${watts} W`),
    signed(net),
  ]
}

/** What is too small to be seen in two digits spoke neither for nor against. */
function reasonsOf(
  { byCriterion }: OfferStanding,
  asked: readonly OfferCriterion[],
  t: Messages,
): string[] {
  const named = (names: readonly OfferCriterion[]) =>
    names.map((name) => `${t.offer.criteria[name]} (${signed(byCriterion[name])})`).join(', ')
  const inFavour = asked.filter((name) => byCriterion[name] >= 0.005)
  const against = asked.filter((name) => byCriterion[name] <= -0.005)
  return [
    ...(inFavour.length === 0 ? [] : [t.offer.inFavour(named(inFavour))]),
    ...(against.length === 0 ? [] : [t.offer.against(named(against))]),
  ]
}

function unknownOf(
  { values, evidence }: OfferStanding,
  asked: readonly OfferCriterion[],
  t: Messages,
): string[] {
  const unknown = asked.filter((name) => values[name] === undefined)
  if (unknown.length === 0) return []
  return [t.offer.unknown(unknown.map((name) => t.offer.seen[name](evidence)).join(', '))]
}

function leadOf({ lead, costPerTask }: OfferStanding, next: OfferStanding, t: Messages): string {
  const other = shortHex(next.pool)
  if (lead === 'equal') return t.offer.equal({ other, isCheaper: costPerTask < next.costPerTask })
  return lead === 'incomparable' ? t.offer.closeTo(other) : t.offer.aheadOf(other)
}

const signed = (number: number): string => {
  const text = number.toFixed(2)
  return number >= 0.005 ? `+${text}` : text.replace(/^-(0\.00)$/, '$1')
}
