import { type Hex, type OrderHash, unixSeconds, wei, ZERO_ADDRESS } from '@millrace/base'
import {
  checkMatch,
  type MatchContext,
  type Mismatch,
  matchableVolume,
  type OrderKind,
  type OrderSet,
  PLAIN,
  type RequestOrder,
} from '@millrace/protocol'
import type { BookOrder, MatchAnswer } from '@millrace/wire'
import type { Offers } from './offersTable.ts'

export type MatchBookParameters = {
  request: RequestOrder
  /** Its compiled ad. */
  ad?: Hex | undefined
  /** Tasks of the request that were matched before. */
  consumed: bigint
  offers: Offers
  context: Omit<MatchContext, 'consumed' | 'busyUntilMs'>
  /** How much the request likes each pool order; without it only price and volume count. */
  ranks?: ReadonlyMap<OrderHash, number> | undefined
}

/** A side without any order is undefined; a neutral one stands in, so that the others are judged too. */
type Combination = {
  app: BookOrder | undefined
  dataset: BookOrder | undefined
  pool: BookOrder | undefined
}
type Reason = Extract<MatchAnswer, { found: false }>['reasons'][number]

/**
 * The cheapest orders that fit a request, or every reason why none does. Pools that the request ranks
 * higher come before cheaper ones; among equally cheap ones those with the larger volume win: fewer
 * deals for the same bag. Pure.
 */
export function matchBook(parameters: MatchBookParameters): MatchAnswer {
  const { fits, reasons } = fitsOfBook(parameters)
  const best = fits.reduce<Found | undefined>(
    (found, next) => better(found, next, parameters.ranks),
    undefined,
  )
  return best ?? { found: false, reasons }
}

/** What fits, with each pool order once, beside the cheapest of the other sides; or why nothing does. */
export function fitsByPool(parameters: MatchBookParameters): { fits: Found[]; reasons: Reason[] } {
  const { fits, reasons } = fitsOfBook(parameters)
  const cheapest = new Map<OrderHash, Found>()
  for (const fit of fits)
    cheapest.set(fit.pool.hash, better(cheapest.get(fit.pool.hash), fit, undefined))
  return { fits: [...cheapest.values()], reasons }
}

function fitsOfBook(parameters: MatchBookParameters): { fits: Found[]; reasons: Reason[] } {
  const { offers } = parameters
  const missing = missingSides(parameters)
  const fits: Found[] = []
  const reasons = new Map<string, Reason>()
  for (const combination of combine(offers)) {
    const mismatches = checkMatch(
      ordersOf(combination, parameters),
      contextOf(combination, parameters),
    ).filter(({ code }) => combination.pool !== undefined || !OF_SLOTS.has(code))
    if (mismatches.length === 0 && missing.length === 0) fits.push(offerOf(combination, parameters))
    for (const mismatch of mismatches) addReason(reasons, combination, mismatch)
  }
  return { fits, reasons: [...missing, ...reasons.values()].slice(0, MAX_REASONS) }
}

const MAX_REASONS = 200
/** What a pool's slots allow; nothing is said of it where there is no pool. */
const OF_SLOTS: ReadonlySet<string> = new Set([
  'UNBOUNDED_STAKE',
  'SLOTS_TOO_FAR',
  'TOO_LITTLE_TIME',
  'TOO_SLOW',
])

function missingSides({ request, offers }: MatchBookParameters): Reason[] {
  const missing: Reason[] = []
  if (offers.app.length === 0)
    missing.push({ code: 'NO_APP_ORDER', message: `No open order sells app ${request.app}.` })
  if (offers.dataset.length === 0 && isAsked(request))
    missing.push({
      code: 'NO_DATASET_ORDER',
      message: `No open order sells data set ${request.dataset}.`,
    })
  if (offers.pool.length === 0)
    missing.push({ code: 'NO_POOL_ORDER', message: 'No pool has an open order in the book.' })
  return missing
}

const isAsked = ({ dataset }: RequestOrder): boolean => dataset !== ZERO_ADDRESS

function combine({ app, dataset, pool }: Offers): Combination[] {
  const some = (orders: BookOrder[]) => (orders.length === 0 ? [undefined] : orders)
  return some(app).flatMap((a) =>
    some(dataset).flatMap((d) => some(pool).map((p) => ({ app: a, dataset: d, pool: p }))),
  )
}

function ordersOf({ app, dataset, pool }: Combination, { request }: MatchBookParameters): OrderSet {
  return {
    app: orderOf(app, 'app') ?? { ...NEUTRAL, ...PLAIN.app, app: request.app },
    pool: orderOf(pool, 'pool') ?? {
      ...NEUTRAL,
      ...ANY_RESOURCES,
      ...PLAIN.pool,
      slaBps: 10_000,
      pool: request.onlyPool,
    },
    request,
    ...(isAsked(request)
      ? {
          dataset: orderOf(dataset, 'dataset') ?? {
            ...NEUTRAL,
            ...PLAIN.dataset,
            dataset: request.dataset,
          },
        }
      : {}),
  }
}

const NEUTRAL = {
  price: wei(0n),
  volume: (1n << 64n) - 1n,
  expiresAt: unixSeconds(2 ** 48 - 1),
  salt: 0n,
  onlyApp: ZERO_ADDRESS,
  onlyDataset: ZERO_ADDRESS,
  onlyPool: ZERO_ADDRESS,
  onlyRequester: ZERO_ADDRESS,
}
const MOST = (1n << 128n) - 1n
const ANY_RESOURCES = {
  stake: wei(MOST),
  maxOdds: MOST,
  fuel: MOST,
  memoryMiB: 0xffff_ffff,
  diskMiB: 0xffff_ffff,
  wallSec: 0xffff_ffff,
}

function orderOf<K extends OrderKind>(order: BookOrder | undefined, kind: K) {
  if (order === undefined) return undefined
  if (order.signed.kind !== kind) throw new RangeError(`order ${order.hash} is no ${kind} order`)
  return order.signed.order as Extract<BookOrder['signed'], { kind: K }>['order']
}

function contextOf(
  { app, dataset, pool }: Combination,
  { ad, consumed, context }: MatchBookParameters,
): MatchContext {
  const used = (order: BookOrder | undefined) =>
    order === undefined ? 0n : order.signed.order.volume - order.remaining
  return {
    ...context,
    busyUntilMs: pool?.busyUntilMs ?? 0,
    ads: { pool: pool?.signed.kind === 'pool' ? pool.signed.ad : undefined, request: ad },
    consumed: { app: used(app), dataset: used(dataset), pool: used(pool), request: consumed },
  }
}

type Found = Extract<MatchAnswer, { found: true }>

function offerOf(combination: Combination, parameters: MatchBookParameters): Found {
  const { app, dataset, pool } = combination
  if (app === undefined || pool === undefined) throw new RangeError('an offer needs app and pool')
  const orders = ordersOf(combination, parameters)
  const { consumed } = contextOf(combination, parameters)
  return {
    found: true,
    app,
    pool,
    ...(dataset === undefined ? {} : { dataset }),
    volume: Number(matchableVolume(orders, consumed)),
    costPerTask: wei(orders.app.price + (orders.dataset?.price ?? 0n) + orders.pool.price),
  }
}

function better(best: Found | undefined, next: Found, ranks: MatchBookParameters['ranks']): Found {
  if (best === undefined) return next
  const liked = rankIn(ranks, next) - rankIn(ranks, best)
  if (liked !== 0) return liked > 0 ? next : best
  if (next.costPerTask < best.costPerTask) return next
  return next.costPerTask === best.costPerTask && next.volume > best.volume ? next : best
}

function rankIn(ranks: MatchBookParameters['ranks'], { pool }: Found): number {
  return ranks?.get(pool.hash) ?? 0
}

function addReason(
  reasons: Map<string, Reason>,
  combination: Combination,
  { code, message, meta }: Mismatch,
): void {
  const order = blamed(combination, code, meta['side'])
  // Of the waits that an order has with different apps and volumes the first is enough.
  const key = OF_SLOTS.has(code) ? `${order} ${code}` : `${order} ${message}`
  if (reasons.has(key)) return
  const { neededSec } = meta
  reasons.set(key, {
    code,
    message,
    ...(order === undefined ? {} : { order }),
    ...(neededSec === undefined ? {} : { neededSec: Number(neededSec) }),
  })
}

const OF_APP: ReadonlySet<string> = new Set(['WRONG_APP', 'NOT_REPLICABLE', 'BAD_DETERMINISM'])
const ONLY_REQUEST: ReadonlySet<string> = new Set(['BAD_DEADLINE', 'BAD_MATURITY', 'BAD_SLA'])

/** The book order that a mismatch is about; none when only the request can change it. */
function blamed(
  { app, dataset, pool }: Combination,
  code: string,
  side: string | number | undefined,
): OrderHash | undefined {
  if (ONLY_REQUEST.has(code)) return undefined
  // What a request restricts is which pool it takes.
  if (side === 'request') return code === 'RESTRICTED' ? pool?.hash : undefined
  if (side === 'app' || OF_APP.has(code)) return app?.hash
  if (side === 'dataset' || code === 'WRONG_DATASET') return dataset?.hash
  return pool?.hash
}
