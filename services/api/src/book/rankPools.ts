import type { Address, OrderHash, UnixSeconds } from '@millrace/base'
import {
  type ClassAd,
  type Expression,
  evaluate,
  offerAd,
  parseAd,
  parseExpression,
  type RequestOrder,
  rankOf,
  requestAd,
} from '@millrace/protocol'
import type { BookOrder } from '@millrace/wire'

/** Work that one rank may take: a hundred pools are ranked while the caller waits. */
const MAX_STEPS = 1_000

/** Pools of a list of orders, each once. */
export function poolsOf(orders: readonly BookOrder[]): Address[] {
  const pools = orders.flatMap(({ signed }) => (signed.kind === 'pool' ? [signed.order.pool] : []))
  return [...new Set(pools)]
}

export type RankPoolsParameters = {
  request: RequestOrder
  /** Sees the request as `MY` and a pool's words and offer as `TARGET`; higher is better. */
  rank: Expression
  pools: readonly BookOrder[]
  /** By pool, as the registry has them. */
  ads: ReadonlyMap<Address, string>
  nowSec: UnixSeconds
}

/** How much a request likes each pool's offer. What is no number, or takes too long, ranks 0. */
export function rankPools({
  request,
  rank,
  pools,
  ads,
  nowSec,
}: RankPoolsParameters): ReadonlyMap<OrderHash, number> {
  const my = requestAd(request, { rank })
  const ranks = pools.flatMap(({ hash, signed }): [OrderHash, number][] => {
    if (signed.kind !== 'pool') return []
    const target = offerAd(signed.order, wordsOf(ads.get(signed.order.pool) ?? ''))
    return [[hash, rankOf(evaluate(rank, { my, target, nowSec, maxSteps: MAX_STEPS }))]]
  })
  return new Map(ranks)
}

/** Watts that a slot takes while it runs a task, as the pools say in `WattsPerSlot`; not of those that do not. */
export function wattsOf(ads: ReadonlyMap<Address, string>): ReadonlyMap<Address, number> {
  const watts = [...ads].map(([pool, ad]): [Address, number] => [
    pool,
    rankOf(evaluate(WATTS, { my: wordsOf(ad), maxSteps: MAX_STEPS })),
  ])
  return new Map(watts.filter(([, number]) => number > 0))
}

const WATTS = parseExpression('WattsPerSlot')

/** Words of a stranger; unreadable or very long ones say nothing. */
function wordsOf(ad: string): ClassAd {
  const known = read.get(ad)
  if (known !== undefined) return known
  const words = readWords(ad)
  if (read.size >= MAX_READ) read.clear()
  read.set(ad, words)
  return words
}

function readWords(ad: string): ClassAd {
  if (ad.length > MAX_WORDS) return parseAd('[]')
  try {
    return parseAd(ad)
  } catch {
    return parseAd('[]')
  }
}

/** Reading costs more than ranking, and the same hundred pools are ranked for every request. */
const read = new Map<string, ClassAd>()
const MAX_READ = 1_000
const MAX_WORDS = 4_096
