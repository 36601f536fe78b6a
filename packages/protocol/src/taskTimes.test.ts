import { seconds, unixSeconds } from '@millrace/base'
import { expect, it } from 'vitest'
import { isLate, taskDue, taskStart } from './taskTimes.ts'

const terms = { openedAt: unixSeconds(1000), taskSec: seconds(60), slotSec: seconds(100) }

it('gives every task of a lease its own slot', () => {
  expect([0, 1, 7].map((index) => taskStart(terms, index))).toEqual([1000, 1100, 1700])
  expect([0, 1, 7].map((index) => taskDue(terms, index))).toEqual([1060, 1160, 1760])
})

it('counts a commit in the last second as in time', () => {
  expect(isLate(terms, 1, unixSeconds(1160))).toBe(false)
  expect(isLate(terms, 1, unixSeconds(1161))).toBe(true)
})

it('finds nothing late without a time', () => {
  expect(taskDue({ ...terms, taskSec: seconds(0) }, 3)).toBeUndefined()
  expect(isLate({ ...terms, taskSec: seconds(0) }, 3, unixSeconds(1_000_000))).toBe(false)
})
