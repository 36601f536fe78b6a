import { taskDue, taskStart } from '@millrace/protocol'
import type { Deal, Task } from './state.ts'

/** Deal after deal, each ascending by index: the order in which the contract numbers slots. */
export function bySlot(a: Task, b: Task): number {
  if (a.dealId !== b.dealId) return a.dealId < b.dealId ? -1 : 1
  return a.index - b.index
}

/** When a task may be begun, in milliseconds: the chain refuses batches with tasks before their slot. */
export function slotMs({ terms }: Pick<Deal, 'terms'>, index: number): number {
  return taskStart(terms, index) * 1000
}

/** Until when a task must be committed to be in time; undefined without a promise, or when it is late. */
export function dueMs(
  { terms }: Pick<Deal, 'terms'>,
  index: number,
  { nowMs }: { nowMs: number },
): number | undefined {
  const due = taskDue(terms, index)
  return due === undefined || due * 1000 < nowMs ? undefined : due * 1000
}
