import { type UnixSeconds, unixSeconds } from '@millrace/base'
import type { DealTerms } from './deal.ts'

type Terms = Pick<DealTerms, 'openedAt' | 'taskSec' | 'slotSec'>

/** When a task may be committed at the earliest: its slot begins. */
export function taskStart({ openedAt, slotSec }: Terms, index: number): UnixSeconds {
  return unixSeconds(openedAt + index * slotSec)
}

/** When a task must be committed to be in time; undefined without a time. */
export function taskDue(terms: Terms, index: number): UnixSeconds | undefined {
  if (terms.taskSec === 0) return undefined
  return unixSeconds(taskStart(terms, index) + terms.taskSec)
}

/** Whether a task that was committed then came after its time. */
export function isLate(terms: Terms, index: number, committedAt: UnixSeconds): boolean {
  const due = taskDue(terms, index)
  return due !== undefined && committedAt > due
}
