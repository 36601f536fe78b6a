import type { DealId, TaskId } from '@millrace/base'
import { hashTask } from '@millrace/protocol'

/** Ids kept at most; then all are forgotten and hashed anew when needed. */
const KEPT = 200_000

const known = new Map<DealId, Map<number, TaskId>>()
let count = 0

/** {@link hashTask}, remembered: a task is named several times on its way, and hashing costs. */
export function taskIdOf(dealId: DealId, index: number): TaskId {
  const found = known.get(dealId)?.get(index)
  if (found !== undefined) return found
  if (count >= KEPT) {
    known.clear()
    count = 0
  }
  const ofDeal = known.get(dealId) ?? new Map<number, TaskId>()
  known.set(dealId, ofDeal)
  const taskId = hashTask(dealId, index)
  ofDeal.set(index, taskId)
  count++
  return taskId
}
