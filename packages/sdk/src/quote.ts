import { type Hex, type Seconds, seconds, toJson, type Wei, wei } from '@millrace/base'
import type { OfferWeights, RequestOrder } from '@millrace/protocol'
import { type MatchAnswer, zMatchAnswer } from '@millrace/wire'
import { NoOfferFitsError, PriceAboveLimitError } from './errors.ts'
import { requestJson } from './http.ts'
import type { MarketContext } from './queries.ts'

/** Orders of the book that fit a request, cheapest first choice. */
export type Match = Extract<MatchAnswer, { found: true }>

/** What a request says beside its order: its compiled ad, if the order names one, and its rank. */
export type Preferences = {
  ad?: Hex | undefined
  /** ClassAd expression; the pool for which it is highest comes first. Off chain. */
  rank?: string | undefined
  /** What matters in a pool, instead of a rank: the offer that stands best by them comes first. */
  weights?: OfferWeights | undefined
}

/** The best ranked, then the cheapest orders that fit a request, signed or not, or why none does. */
export function quote(
  context: MarketContext,
  request: RequestOrder,
  { ad, rank, weights, signal }: Preferences & { signal?: AbortSignal | undefined } = {},
): Promise<MatchAnswer> {
  const body = toJson({ request, ad, rank, weights })
  return requestJson(context, `${context.apiUrl}/match`, zMatchAnswer, { body, signal })
}

/**
 * Narrows a quote to a match, and holds it against the buyer's limit for the whole request.
 *
 * @throws {NoOfferFitsError} {@link PriceAboveLimitError}
 */
export function requireMatch(answer: MatchAnswer, request: RequestOrder, limit?: Wei): Match {
  if (!answer.found) throw new NoOfferFitsError({ reasons: answer.reasons })
  const price = priceOf(answer, request)
  if (limit !== undefined && price > limit)
    throw new PriceAboveLimitError({ price, limit, tasks: Number(request.volume) })
  return answer
}

/**
 * Shortest deadline at which an order of the book would take the request that fits in all else; undefined
 * when there is none, or when the request is taken as it is.
 */
export function fittingDeadline(answer: MatchAnswer): Seconds | undefined {
  if (answer.found) return undefined
  const { reasons } = answer
  const unfit = new Set(reasons.flatMap((reason) => (isTime(reason) ? [] : [reason.order])))
  const times = reasons.flatMap(({ order, neededSec }) =>
    neededSec === undefined || unfit.has(order) ? [] : [neededSec],
  )
  return times.length === 0 ? undefined : seconds(Math.min(...times))
}

const isTime = ({ code }: { code: string }): boolean => code === 'TOO_LITTLE_TIME'

/** Price of all tasks of a request at a match. */
export function priceOf({ costPerTask }: Match, { volume }: RequestOrder): Wei {
  return wei(costPerTask * volume)
}

/** The request with its limits set to what was quoted: no later match can cost more. */
export function atQuotedPrice(request: RequestOrder, { app, dataset, pool }: Match): RequestOrder {
  return {
    ...request,
    maxAppPrice: priceIn(app.signed.order),
    maxDatasetPrice: dataset === undefined ? wei(0n) : priceIn(dataset.signed.order),
    maxPoolPrice: priceIn(pool.signed.order),
  }
}

function priceIn(order: object): Wei {
  if (!('price' in order)) throw new RangeError('an order without a price')
  return order.price as Wei
}
