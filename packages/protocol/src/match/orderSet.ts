import type { Address, Hex, UnixSeconds } from '@millrace/base'
import type { AppOrder, DatasetOrder, PoolOrder, RequestOrder } from '../orders.ts'

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
  /** Until when the slots of the pool's order are booked, in Unix milliseconds; free unless given. */
  busyUntilMs?: number
  /** Of Parameters; unchecked when absent. */
  maxDeadlineSec?: number
  maxMaturitySec?: number
  /** Answers for restrictions that are group contracts; without it only equality admits. */
  isMember?: (group: Address, who: Address) => boolean
  /** Compiled ads that come with the orders; absent for none. */
  ads?: { pool?: Hex | undefined; request?: Hex | undefined } | undefined
  /** Tasks that the deal will have at most; all that the orders still have unless given. */
  maxVolume?: bigint
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

type Side = { expiresAt: UnixSeconds; volume: bigint }
/** The orders that there are, by side. */
export function sides(orders: OrderSet): [keyof OrderSet, Side][] {
  const { app, dataset, pool, request } = orders
  const found: [keyof OrderSet, Side][] = [
    ['app', app],
    ['pool', pool],
    ['request', request],
  ]
  if (dataset !== undefined) found.push(['dataset', dataset])
  return found
}
