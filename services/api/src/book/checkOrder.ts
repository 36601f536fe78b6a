import { InvalidInputError, type UnixSeconds, ZERO_ADDRESS } from '@millrace/base'
import { OrderExpiredError, WrongAdError } from '@millrace/chain'
import {
  DETERMINISM,
  hashAd,
  matchesAds,
  NO_AD,
  type PoolOrder,
  type RequestOrder,
} from '@millrace/protocol'
import type { SignedOrder } from '@millrace/wire'
import type { OrderFacts } from './orderFacts.ts'

const UINT128 = (1n << 128n) - 1n
const UINT64 = (1n << 64n) - 1n
const UINT48 = 2 ** 48 - 1
const UINT32 = 2 ** 32 - 1

/** An order that outlives its signer's memory helps nobody. */
const MAX_LIFE_SEC = 5 * 365 * 86_400
const MAX_MEMORY_MIB = 1 << 20
const MAX_DISK_MIB = 1 << 24
const MAX_WALL_SEC = 30 * 86_400

/**
 * Numbers of an order: they fit the contract's types, so that it has a hash at all, and make sense.
 *
 * @throws {InvalidInputError} `INVALID_INPUT`
 */
export function checkNumbers(signed: Pick<SignedOrder, 'kind' | 'order'>): void {
  const { kind, order } = signed as SignedOrder
  inRange('volume', order.volume, 1n, UINT64)
  inRange('expiresAt', order.expiresAt, 0, UINT48)
  if (kind === 'app') inRange('determinism', order.determinism, 0, DETERMINISM.none)
  if (kind === 'request') checkRequest(order)
  else inRange('price', order.price, 0n, UINT128)
  if (kind === 'pool') checkPool(order)
}

/**
 * Whether an order may be used now.
 *
 * @throws {OrderExpiredError} `ORDER_EXPIRED`
 * @throws {InvalidInputError} `INVALID_INPUT` when it would stay for years
 */
export function checkLife({ hash, expiresAt }: OrderFacts, nowSec: UnixSeconds): void {
  if (expiresAt < nowSec) throw new OrderExpiredError({ orderHash: hash, expiresAt })
  if (expiresAt <= nowSec + MAX_LIFE_SEC) return
  throw new InvalidInputError({
    field: 'order.expiresAt',
    value: expiresAt,
    expected: `at most ${MAX_LIFE_SEC} s from now (${nowSec})`,
  })
}

/** An order with a stake says how much it takes on: the market would refuse to match it otherwise. */
function checkPool(order: PoolOrder): void {
  inRange('stake', order.stake, 0n, UINT128)
  inRange('maxOdds', order.maxOdds, 0n, UINT128)
  inRange('slots', order.slots, order.stake > 0n ? 1 : 0, UINT32)
  checkTimes(order, order.stake > 0n ? 1 : 0)
  checkResources(order)
}

function checkRequest(order: RequestOrder): void {
  for (const field of [
    'maxAppPrice',
    'maxDatasetPrice',
    'maxPoolPrice',
    'minStake',
    'minOdds',
  ] as const)
    inRange(field, order[field], 0n, UINT128)
  inRange('deadlineSec', order.deadlineSec, 1, UINT48)
  inRange('maturitySec', order.maturitySec, 0, UINT48)
  inRange('slotSec', order.slotSec, 0, UINT48)
  inRange('callbackGas', order.callbackGas, 0, UINT32)
  checkTimes(order, 0)
  if (order.bagCodec !== 0x55 && order.bagCodec !== 0x70)
    throw new InvalidInputError({
      field: 'order.bagCodec',
      value: order.bagCodec,
      expected: '85 (raw) or 112 (dag-pb), as the content id of the bag has it',
    })
  if (order.beneficiary === ZERO_ADDRESS)
    throw new InvalidInputError({
      field: 'order.beneficiary',
      value: order.beneficiary,
      expected: 'the account that may read the results, often the requester itself',
    })
  checkResources(order)
}

function checkTimes({ taskSec, slaBps }: { taskSec: number; slaBps: number }, least: number): void {
  inRange('taskSec', taskSec, least, UINT48)
  inRange('slaBps', slaBps, 0, 10_000)
}

/**
 * Whether an ad that comes with an order is the one that the order names, and one that Market can read.
 *
 * @throws {WrongAdError} `WRONG_AD` {@link AdEncodingError}
 */
export function checkAd(signed: SignedOrder): void {
  if (signed.kind !== 'pool' && signed.kind !== 'request') return
  const { ad = NO_AD.ad, order, kind } = signed
  const found = hashAd(ad)
  if (found !== order.ad)
    throw new WrongAdError({ side: kind === 'pool' ? 2 : 3, expected: order.ad, found })
  matchesAds(ad, NO_AD.ad)
}

type Resources = { fuel: bigint; memoryMiB: number; diskMiB: number; wallSec: number }

function checkResources({ fuel, memoryMiB, diskMiB, wallSec }: Resources): void {
  inRange('fuel', fuel, 1n, UINT64)
  inRange('memoryMiB', memoryMiB, 1, MAX_MEMORY_MIB)
  inRange('diskMiB', diskMiB, 0, MAX_DISK_MIB)
  inRange('wallSec', wallSec, 1, MAX_WALL_SEC)
}

function inRange<N extends bigint | number>(field: string, value: N, min: N, max: N): void {
  if (value >= min && value <= max) return
  throw new InvalidInputError({
    field: `order.${field}`,
    value,
    expected: `from ${min} to ${max}`,
  })
}
