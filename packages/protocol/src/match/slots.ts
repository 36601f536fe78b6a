/** What tasks of a deal get of a pool's slots, if each takes its longest. */
export type SlotService = {
  /** How long the slots are taken, in milliseconds. */
  bookedMs: bigint
  /** Until the last task is done, from the match on. */
  neededSec: bigint
  /** The longest that a task waits after its own start. */
  waitSec: bigint
  /** The slots would stand idle between the tasks. */
  isSparse: boolean
}

export type SlotQuestion = {
  taskSec: number
  /** 0 for any number. */
  slots: number
  /** Between the starts of two tasks. */
  slotSec: number
  /** At least 1. */
  volume: bigint
  /** How long the slots are taken by what was booked before. */
  queueMs: bigint
}

/**
 * When tasks are done that all take their longest. The slots serve in the order of the matches: a task
 * for which `slots` servers take `taskSec` starts no later there than with one that is so many times as
 * fast, and that one's queue is a single number.
 *
 * @see contracts/src/libraries/SlotLib.sol
 */
export function serveSlots({
  taskSec,
  slots,
  slotSec,
  volume,
  queueMs,
}: SlotQuestion): SlotService {
  const spreadMs = BigInt(slotSec) * (volume - 1n) * MS
  const needed = (lastMs: bigint): bigint => ceilDiv(lastMs, MS) + BigInt(taskSec)
  if (slots === 0)
    return { bookedMs: 0n, neededSec: needed(spreadMs), waitSec: 0n, isSparse: false }
  const workMs = (tasks: bigint): bigint => ceilDiv(tasks * BigInt(taskSec) * MS, BigInt(slots))
  const lastMs = queueMs + workMs(volume - 1n)
  const behindMs = lastMs - spreadMs
  return {
    bookedMs: workMs(volume),
    neededSec: needed(lastMs),
    waitSec: ceilDiv(behindMs > queueMs ? behindMs : queueMs, MS),
    isSparse: behindMs < 0n,
  }
}

const MS = 1000n
const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b
