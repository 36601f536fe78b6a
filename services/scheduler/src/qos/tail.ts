import { type Completion, TAIL_FROM } from './completion.ts'

/** How far a bag is, with the times at which its tasks were first given out. */
export type Course = Completion & { assignedSec: readonly number[] }

/**
 * When help for the tail begins: when nine tenths are done (`completed`), when nine tenths have been given
 * out (`assigned`), or when tasks take twice as long from giving out to done as they did in the first half
 * (`variance`).
 */
export type Trigger = 'completed' | 'assigned' | 'variance'

/** True once help for the tail of a bag should begin. */
export function isTail(course: Course, trigger: Trigger): boolean {
  const { size, doneSec, assignedSec } = course
  if (trigger === 'completed') return doneSec.length >= TAIL_FROM * size
  if (trigger === 'assigned') return assignedSec.length >= TAIL_FROM * size
  const [half, last] = [Math.floor(size / 2), doneSec.length]
  if (last < Math.max(1, half)) return false
  let usual = 0
  for (let count = 1; count <= half; count++) usual = Math.max(usual, varianceAt(course, count))
  return varianceAt(course, last) >= 2 * usual
}

/** var(x) = tc(x) - ta(x) of SpeQuloS, at so many tasks. */
function varianceAt({ doneSec, assignedSec }: Course, count: number): number {
  return (doneSec[count - 1] ?? 0) - (assignedSec[count - 1] ?? 0)
}

/** All helpers that can be paid for at once, or only as many as can be paid for until the end. */
export type Sizing = 'greedy' | 'conservative'

/**
 * How many helpers to start when a share of the bag is done.
 *
 * @param budgetHours - CPU hours that can be paid for.
 * @param sec - Time since the start of the bag.
 */
export function helpersFor(
  sizing: Sizing,
  { budgetHours, share, sec }: { budgetHours: number; share: number; sec: number },
): number {
  const leftHours = (sec / share - sec) / 3600
  const most = sizing === 'conservative' ? budgetHours / Math.max(1, leftHours) : budgetHours
  return Math.max(1, Math.floor(most))
}
