import type { Hex } from '@millrace/base'
import type { RequestOrder } from '@millrace/protocol'
import { type Client, type Match, quote, requireMatch, withAd } from '@millrace/sdk'
import type { Purchase } from './submitJob.ts'

/** A request with the bytes of its ad, and the orders that fit it. */
export type Asked = { asked: RequestOrder; ad: Hex | undefined; match: Match }

/**
 * Asks the market for the price. A request without requirements says nothing of itself, which is
 * cheaper on chain, unless a pool wants to know what it takes on.
 *
 * @throws {NoOfferFitsError} {@link PriceAboveLimitError} {@link ClassAdNotOnChainError}
 */
export async function askMarket(
  client: Client,
  plain: RequestOrder,
  {
    requirements,
    rank,
    weights,
    maxPrice,
  }: Pick<Purchase, 'requirements' | 'rank' | 'weights' | 'maxPrice'>,
  signal: AbortSignal,
): Promise<Asked> {
  if (requirements === undefined) {
    const answer = await quote(client, plain, { rank, weights, signal })
    const isUnknown =
      !answer.found && answer.reasons.some(({ code }) => code === 'REQUIREMENTS_NOT_MET')
    if (!isUnknown)
      return { asked: plain, ad: undefined, match: requireMatch(answer, plain, maxPrice) }
  }
  const { request, ad } = withAd(plain, requirements)
  const answer = await quote(client, request, { ad, rank, weights, signal })
  return { asked: request, ad, match: requireMatch(answer, request, maxPrice) }
}
