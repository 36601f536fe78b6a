import { type Address, ZERO_ADDRESS } from '@millrace/base'
import { trustOfOdds } from '../credibility.ts'
import { checkAds } from './checkAds.ts'
import { checkArbiter, checkDeterminism, checkSla, checkTimes } from './checkService.ts'
import { checkSlots } from './checkSlots.ts'
import { type Mismatch, mismatch } from './mismatch.ts'
import { type MatchContext, type OrderSet, sides } from './orderSet.ts'

/** As `CallbackLib` has it. */
const MAX_CALLBACK_GAS = 5_000_000

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
    ...checkArbiter(orders),
    ...checkOffer(orders),
    ...checkCallback(orders),
    ...checkSla(orders),
    ...checkAds(orders, context),
    ...checkTimes(orders.request, context),
    ...checkSlots(orders, context),
  ]
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

function checkCallback({ request: { callback, callbackGas } }: OrderSet): Mismatch[] {
  const isGood =
    callback === ZERO_ADDRESS
      ? callbackGas === 0
      : callbackGas > 0 && callbackGas <= MAX_CALLBACK_GAS
  if (isGood) return []
  const text = `A callback has 1 to ${MAX_CALLBACK_GAS} gas and none has 0; the request says ${callbackGas}.`
  return [mismatch('BAD_CALLBACK_GAS', text, { callbackGas, max: MAX_CALLBACK_GAS })]
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

/** Odds mean little to a buyer, who asked for trust, and basis points to nobody. */
function sayNeed(what: string, value: bigint): string {
  if (what === 'slaBps') return `${Number(value) / 100} % of the tasks in time`
  if (what !== 'odds') return `${what} ${value}`
  const percent = trustOfOdds(value) * 100
  return `trust ${percent.toFixed(7).replace(/\.?0+$/, '')} %`
}
