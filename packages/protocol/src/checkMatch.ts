import { type Address, type UnixSeconds, ZERO_ADDRESS } from '@millrace/base'
import { trustOfOdds } from './credibility.ts'
import {
  type AppOrder,
  type DatasetOrder,
  DETERMINISM,
  type PoolOrder,
  type RequestOrder,
} from './orders.ts'

/** Four orders that may become a deal; no `dataset` where the request asks for none. */
export type OrderSet = {
  app: AppOrder
  dataset?: DatasetOrder | undefined
  pool: PoolOrder
  request: RequestOrder
}

/** What the check needs from outside: time, tasks used up of each order, limits, group memberships. */
export type MatchContext = {
  nowSec: UnixSeconds
  consumed?: Partial<Record<keyof OrderSet, bigint>>
  /** Of Parameters; unchecked when absent. */
  maxDeadlineSec?: number
  maxMaturitySec?: number
  /** Answers for restrictions that are group contracts; without it only equality admits. */
  isMember?: (group: Address, who: Address) => boolean
  /** Tasks that the deal will have at most; all that the orders still have unless given. */
  maxVolume?: bigint
}

/** One reason why orders do not fit; `code` is that of the contract's error. */
export type Mismatch = { code: string; message: string; meta: Record<string, string | number> }

/**
 * Every reason why these orders cannot become a deal, all at once; empty when they match. The rules
 * are those of Market.matchOrders, but for signatures and money, which only the chain can tell.
 *
 * @see contracts/src/interfaces/IMarket.sol matchOrders
 */
export function checkMatch(orders: OrderSet, context: MatchContext): Mismatch[] {
  return [
    ...checkLife(orders, context),
    ...checkSubjects(orders),
    ...checkRestrictions(orders, context.isMember ?? (() => false)),
    ...checkPrices(orders),
    ...checkDeterminism(orders),
    ...checkOffer(orders),
    ...checkSla(orders),
    ...checkTimes(orders.request, context),
    ...checkSlots(orders, context),
  ]
}

/** Tasks that all four orders still have, at most `maxVolume`; 0 when one is used up. */
export function matchableVolume(
  orders: OrderSet,
  consumed: MatchContext['consumed'] = {},
  maxVolume = 0xffff_ffffn,
): bigint {
  return sides(orders).reduce((least, [side, { volume }]) => {
    const left = volume - (consumed[side] ?? 0n)
    return left < least ? (left > 0n ? left : 0n) : least
  }, maxVolume)
}

function checkLife(orders: OrderSet, { nowSec, consumed = {} }: MatchContext): Mismatch[] {
  return sides(orders).flatMap(([side, { expiresAt, volume }]) => {
    const found: Mismatch[] = []
    if (expiresAt < nowSec) {
      found.push(
        mismatch('ORDER_EXPIRED', `The ${side} order expired ${nowSec - expiresAt} s ago.`, {
          side,
          expiresAt,
          nowSec,
        }),
      )
    }
    const used = consumed[side] ?? 0n
    if (used >= volume) {
      found.push(
        mismatch('ORDER_CONSUMED', `All ${volume} tasks of the ${side} order are used up.`, {
          side,
          volume: `${volume}`,
        }),
      )
    }
    return found
  })
}

function checkSubjects({ app, dataset, request }: OrderSet): Mismatch[] {
  const found: Mismatch[] = []
  if (app.app !== request.app) {
    found.push(
      mismatch(
        'WRONG_APP',
        `The request asks for app ${request.app}, the order offers ${app.app}.`,
        { asked: request.app, offered: app.app },
      ),
    )
  }
  const offered = dataset?.dataset ?? ZERO_ADDRESS
  if (offered !== request.dataset) {
    found.push(
      mismatch(
        'WRONG_DATASET',
        `The request asks for data set ${request.dataset}, the order offers ${offered}.`,
        { asked: request.dataset, offered },
      ),
    )
  }
  return found
}

function checkRestrictions(
  { app, dataset, pool, request }: OrderSet,
  isMember: (group: Address, who: Address) => boolean,
): Mismatch[] {
  const data = request.dataset
  const rules: [side: string, only: Address, who: Address][] = [
    ['app', app.onlyDataset, data],
    ['app', app.onlyPool, pool.pool],
    ['app', app.onlyRequester, request.requester],
    ['pool', pool.onlyApp, request.app],
    ['pool', pool.onlyDataset, data],
    ['pool', pool.onlyRequester, request.requester],
    ['request', request.onlyPool, pool.pool],
  ]
  if (dataset !== undefined) {
    rules.push(
      ['dataset', dataset.onlyApp, request.app],
      ['dataset', dataset.onlyPool, pool.pool],
      ['dataset', dataset.onlyRequester, request.requester],
    )
  }
  return rules
    .filter(([, only, who]) => only !== ZERO_ADDRESS && only !== who && !isMember(only, who))
    .map(([side, only, who]) =>
      mismatch('RESTRICTED', `The ${side} order admits only ${only}, not ${who}.`, {
        side,
        only,
        who,
      }),
    )
}

function checkPrices({ app, dataset, pool, request }: OrderSet): Mismatch[] {
  const prices: [side: string, price: bigint, max: bigint][] = [
    ['app', app.price, request.maxAppPrice],
    ['dataset', dataset?.price ?? 0n, request.maxDatasetPrice],
    ['pool', pool.price, request.maxPoolPrice],
  ]
  return prices
    .filter(([, price, max]) => price > max)
    .map(([side, price, max]) =>
      mismatch(
        'PRICE_ABOVE',
        `The ${side} order asks ${price} a task, the request pays at most ${max}.`,
        { side, price: `${price}`, max: `${max}` },
      ),
    )
}

function checkOffer({ pool, request }: OrderSet): Mismatch[] {
  const needs: [what: string, asked: bigint, offered: bigint][] = [
    ['fuel', request.fuel, pool.fuel],
    ['memoryMiB', BigInt(request.memoryMiB), BigInt(pool.memoryMiB)],
    ['diskMiB', BigInt(request.diskMiB), BigInt(pool.diskMiB)],
    ['wallSec', BigInt(request.wallSec), BigInt(pool.wallSec)],
    ['odds', request.minOdds, pool.maxOdds],
    ['stake', request.minStake, pool.stake],
    ['slaBps', BigInt(request.slaBps), BigInt(pool.slaBps)],
  ]
  return needs
    .filter(([, asked, offered]) => asked > offered)
    .map(([what, asked, offered]) =>
      mismatch(
        'BEYOND_OFFER',
        `The request asks for ${sayNeed(what, asked)}, the pool offers ${sayNeed(what, offered)}.`,
        { what, asked: `${asked}`, offered: `${offered}` },
      ),
    )
}

/** Results of which no two are alike go by the pool's word and an arbiter. */
function checkDeterminism({ app, request }: OrderSet): Mismatch[] {
  const { determinism } = app
  if (determinism > DETERMINISM.none)
    return [
      mismatch('BAD_DETERMINISM', `The app order has determinism ${determinism}, not 0 to 3.`, {
        determinism,
      }),
    ]
  const isJudged = request.minOdds === 0n && request.arbiter !== ZERO_ADDRESS
  if (determinism !== DETERMINISM.none || isJudged) return []
  return [
    mismatch(
      'NOT_REPLICABLE',
      `Runs of app ${app.app} cannot be compared: the request must ask for trust 0 and name an arbiter.`,
      { app: app.app, minOdds: `${request.minOdds}`, arbiter: request.arbiter },
    ),
  ]
}

function checkSla({ pool, request }: OrderSet): Mismatch[] {
  const { slaBps, taskSec } = request
  if (slaBps === 0) return []
  const found: Mismatch[] = []
  if (slaBps > ALL_BPS)
    found.push(
      mismatch('BAD_SLA', `A share of ${slaBps} basis points in time is more than all.`, {
        slaBps,
      }),
    )
  if (pool.taskSec === 0 || pool.taskSec > taskSec)
    found.push(
      mismatch(
        'TOO_SLOW',
        `The request asks for tasks within ${taskSec} s, the pool promises ${pool.taskSec === 0 ? 'no time' : `${pool.taskSec} s`}.`,
        { askedSec: taskSec, offeredSec: pool.taskSec },
      ),
    )
  return found
}
const ALL_BPS = 10_000

/** Odds mean little to a buyer, who asked for trust. */
function sayNeed(what: string, value: bigint): string {
  if (what !== 'odds') return `${what} ${value}`
  const percent = trustOfOdds(value) * 100
  return `trust ${percent.toFixed(7).replace(/\.?0+$/, '')} %`
}

function checkTimes(
  { deadlineSec, maturitySec }: RequestOrder,
  { maxDeadlineSec, maxMaturitySec }: MatchContext,
): Mismatch[] {
  const found: Mismatch[] = []
  if (deadlineSec === 0 || (maxDeadlineSec !== undefined && deadlineSec > maxDeadlineSec)) {
    found.push(
      mismatch(
        'BAD_DEADLINE',
        `The deadline of ${deadlineSec} s is not between 1 and ${maxDeadlineSec ?? 'the maximum'}.`,
        { deadlineSec },
      ),
    )
  }
  if (maxMaturitySec !== undefined && maturitySec > maxMaturitySec) {
    found.push(
      mismatch('BAD_MATURITY', `The maturity of ${maturitySec} s is over ${maxMaturitySec}.`, {
        maturitySec,
      }),
    )
  }
  return found
}

/** The last task must start early enough for the time that the pool says it needs. */
function checkSlots(orders: OrderSet, { consumed, maxVolume }: MatchContext): Mismatch[] {
  const { pool, request } = orders
  const volume = matchableVolume(orders, consumed, maxVolume)
  if (volume === 0n) return []
  const needed = BigInt(request.slotSec) * (volume - 1n) + BigInt(pool.taskSec)
  const { deadlineSec } = request
  if (needed <= BigInt(deadlineSec)) return []
  return [
    mismatch(
      'TOO_LITTLE_TIME',
      `The last of ${volume} tasks needs until ${needed} s after the match, the deadline is at ${deadlineSec} s.`,
      { deadlineSec, neededSec: `${needed}` },
    ),
  ]
}

type Side = { expiresAt: UnixSeconds; volume: bigint }
function sides(orders: OrderSet): [keyof OrderSet, Side][] {
  const { app, dataset, pool, request } = orders
  const found: [keyof OrderSet, Side][] = [
    ['app', app],
    ['pool', pool],
    ['request', request],
  ]
  if (dataset !== undefined) found.push(['dataset', dataset])
  return found
}

function mismatch(code: string, message: string, meta: Mismatch['meta']): Mismatch {
  return { code, message, meta }
}
