import { InvalidInputError, type UnixSeconds, ZERO_ADDRESS } from '@millrace/base'
import { OrderExpiredError } from '@millrace/chain'
import type { SignedOrder } from '@millrace/wire'
import type { OrderFacts } from './orderFacts.ts'

const UINT128 = (1n << 128n) - 1n
const UINT64 = (1n << 64n) - 1n
const UINT48 = 2 ** 48 - 1

/** An order that outlives its signer's memory helps nobody. */
const MAX_LIFE_SEC = 5 * 365 * 86_400
const MAX_MEMORY_MIB = 1 << 20
const MAX_DISK_MIB = 1 << 24
const MAX_WALL_SEC = 30 * 86_400

/**
 * What can be said of an order without asking anybody: its numbers fit the contract's types and make
 * sense, and it has not expired.
 *
 * @throws {InvalidInputError} `INVALID_INPUT`
 * @throws {OrderExpiredError} `ORDER_EXPIRED`
 */
export function checkOrder(
  signed: SignedOrder,
  { hash, volume, expiresAt }: OrderFacts,
  nowSec: UnixSeconds,
): void {
  inRange('volume', volume, 1n, UINT64)
  inRange('expiresAt', expiresAt, 0, UINT48)
  if (expiresAt < nowSec) throw new OrderExpiredError({ orderHash: hash, expiresAt })
  if (expiresAt > nowSec + MAX_LIFE_SEC)
    throw new InvalidInputError({
      field: 'order.expiresAt',
      value: expiresAt,
      expected: `at most ${MAX_LIFE_SEC} s from now (${nowSec})`,
    })
  if (signed.kind === 'request') checkRequest(signed.order)
  else {
    inRange('price', signed.order.price, 0n, UINT128)
    if (signed.kind === 'pool') checkPool(signed.order)
  }
}

function checkPool(order: Extract<SignedOrder, { kind: 'pool' }>['order']): void {
  inRange('stake', order.stake, 0n, UINT128)
  inRange('maxOdds', order.maxOdds, 0n, UINT128)
  checkResources(order)
}

function checkRequest(order: Extract<SignedOrder, { kind: 'request' }>['order']): void {
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
