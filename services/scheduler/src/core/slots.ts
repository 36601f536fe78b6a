import type { Task } from './state.ts'

/** Deal after deal, each ascending by index: the order in which the contract numbers slots. */
export function bySlot(a: Task, b: Task): number {
  if (a.dealId !== b.dealId) return a.dealId < b.dealId ? -1 : 1
  return a.index - b.index
}
