import { type Hex, type Seconds, seconds, unixSeconds } from '@millrace/base'
import type { RequestOrder } from '@millrace/protocol'
import {
  type Client,
  fittingDeadline,
  type Match,
  quote,
  requireMatch,
  withAd,
} from '@millrace/sdk'
import type { MatchAnswer } from '@millrace/wire'
import type { Purchase } from './submitJob.ts'

/** A request with the bytes of its ad, and the orders that fit it. */
export type Asked = { asked: RequestOrder; ad: Hex | undefined; match: Match }

type Wishes = Pick<Purchase, 'requirements' | 'rank' | 'weights' | 'maxPrice' | 'deadlineSec'>

/** For a buyer that names no deadline. */
export const DEFAULT_DEADLINE = seconds(600)

/**
 * Asks the market for the price. Whoever names no deadline gets the one that the pool needs for so many
 * tasks, if that is later than the usual one.
 *
 * @throws {NoOfferFitsError} {@link PriceAboveLimitError} {@link ClassAdNotOnChainError}
 */
export async function askMarket(
  client: Client,
  plain: RequestOrder,
  wishes: Wishes,
  signal: AbortSignal,
): Promise<Asked> {
  const first = await ask(client, plain, wishes, signal)
  const neededSec = wishes.deadlineSec === undefined ? fittingDeadline(first.answer) : undefined
  const { asked, ad, answer } =
    neededSec === undefined
      ? first
      : await ask(client, withDeadline(plain, roomy(neededSec)), wishes, signal)
  return { asked, ad, match: requireMatch(answer, asked, wishes.maxPrice) }
}

/** A request without requirements says nothing of itself, which is cheaper on chain, unless a pool asks. */
async function ask(
  client: Client,
  plain: RequestOrder,
  { requirements, rank, weights }: Wishes,
  signal: AbortSignal,
): Promise<{ asked: RequestOrder; ad: Hex | undefined; answer: MatchAnswer }> {
  if (requirements === undefined) {
    const answer = await quote(client, plain, { rank, weights, signal })
    const isUnknown =
      !answer.found && answer.reasons.some(({ code }) => code === 'REQUIREMENTS_NOT_MET')
    if (!isUnknown) return { asked: plain, ad: undefined, answer }
  }
  const { request, ad } = withAd(plain, requirements)
  return { asked: request, ad, answer: await quote(client, request, { ad, rank, weights, signal }) }
}

/** Others may book before this request is matched: a tenth more, in whole minutes. */
function roomy(neededSec: Seconds): Seconds {
  return seconds(Math.ceil((neededSec * 1.1) / 60) * 60)
}

function withDeadline(request: RequestOrder, deadlineSec: Seconds): RequestOrder {
  const expiresAt = unixSeconds(request.expiresAt + deadlineSec - request.deadlineSec)
  return { ...request, deadlineSec, expiresAt }
}
