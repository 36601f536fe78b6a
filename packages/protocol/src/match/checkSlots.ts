import type { Seconds } from '@millrace/base'
import { type Mismatch, mismatch } from './mismatch.ts'
import { type MatchContext, matchableVolume, type OrderSet } from './orderSet.ts'
import { type SlotService, serveSlots } from './slots.ts'

/**
 * All tasks must be done in time on the slots of the pool's order, each taking as long as the pool
 * says, after what is booked already: else a stake could be had for what cannot be done.
 *
 * @see contracts/src/libraries/MatchLib.sol book
 */
export function checkSlots(orders: OrderSet, context: MatchContext): Mismatch[] {
  const { pool, request } = orders
  const { stake, taskSec, slots } = pool
  if (stake > 0n && (taskSec === 0 || slots === 0))
    return [
      mismatch(
        'UNBOUNDED_STAKE',
        `The pool's order puts up a stake, but does not say ${taskSec === 0 ? 'how long a task takes (taskSec)' : 'how many tasks it runs at once (slots)'}.`,
        { stake: `${stake}`, taskSec, slots },
      ),
    ]
  const volume = matchableVolume(orders, context.consumed, context.maxVolume)
  if (volume === 0n) return []
  const queueMs = queueOf(context)
  const service = serveSlots({ taskSec, slots, slotSec: request.slotSec, volume, queueMs })
  return [
    ...checkSpread(orders, service),
    ...checkDeadline(orders, { service, volume, queueMs }),
    ...checkDue(orders, service),
  ]
}

function queueOf({ nowSec, busyUntilMs = 0 }: MatchContext): bigint {
  return BigInt(Math.max(0, busyUntilMs - nowSec * 1000))
}

function checkSpread({ pool, request }: OrderSet, { isSparse }: SlotService): Mismatch[] {
  if (!isSparse) return []
  const maxSec = Math.floor(pool.taskSec / pool.slots)
  return [
    mismatch(
      'SLOTS_TOO_FAR',
      `Tasks that start ${request.slotSec} s apart would leave the pool's slots idle, which are booked all the same: at most ${maxSec} s apart.`,
      { slotSec: request.slotSec, maxSec },
    ),
  ]
}

type Booking = { service: SlotService; volume: bigint; queueMs: bigint }

function checkDeadline(
  { request: { deadlineSec } }: OrderSet,
  { service: { neededSec }, volume, queueMs }: Booking,
): Mismatch[] {
  // No deadline at all is for checkTimes to name.
  if (deadlineSec === 0 || neededSec <= BigInt(deadlineSec)) return []
  const wait = queueMs === 0n ? '' : `, ${queueMs / 1000n} s of them for what it took on before`
  return [
    mismatch(
      'TOO_LITTLE_TIME',
      `For ${volume} tasks the pool needs up to ${neededSec} s${wait}; the deadline is at ${deadlineSec} s. A deadline of ${neededSec} s would do.`,
      { deadlineSec, neededSec: `${neededSec}` },
    ),
  ]
}

/** With an SLA the task that waits longest must still be due after it can be done. */
function checkDue({ pool, request }: OrderSet, { waitSec }: SlotService): Mismatch[] {
  const { slaBps, taskSec: askedSec } = request
  if (slaBps === 0) return []
  const offeredSec = pool.taskSec === 0 ? 0n : waitSec + BigInt(pool.taskSec)
  if (offeredSec > 0n && offeredSec <= BigInt(askedSec)) return []
  return [
    mismatch(
      'TOO_SLOW',
      `The request asks for tasks within ${askedSec} s, the pool promises ${promised(pool.taskSec, offeredSec)}.`,
      { askedSec, offeredSec: `${offeredSec}` },
    ),
  ]
}

function promised(taskSec: Seconds, offeredSec: bigint): string {
  if (taskSec === 0) return 'no time'
  return BigInt(taskSec) === offeredSec
    ? `${taskSec} s`
    : `${offeredSec} s with what waits before them`
}
