import { describe, expect, it } from 'vitest'
import { budgetOf, hoursLeft, spend } from './credits.ts'
import { helpersFor, isTail } from './tail.ts'

const upTo = (count: number, stepSec = 1) =>
  Array.from({ length: count }, (_, i) => (i + 1) * stepSec)

describe('isTail', () => {
  it('begins at nine tenths done, or given out', () => {
    const course = { size: 20, doneSec: upTo(17), assignedSec: upTo(18) }
    expect(isTail(course, 'completed')).toBe(false)
    expect(isTail(course, 'assigned')).toBe(true)
    expect(isTail({ ...course, doneSec: upTo(18) }, 'completed')).toBe(true)
    expect(isTail({ ...course, assignedSec: upTo(17) }, 'assigned')).toBe(false)
  })

  it('begins when tasks take twice as long as in the first half', () => {
    const assignedSec = upTo(20)
    const usual = assignedSec.map((sec) => sec + 5)
    const at = (doneSec: number[]) => isTail({ size: 20, doneSec, assignedSec }, 'variance')
    expect(at(usual.slice(0, 9))).toBe(false)
    expect(at(usual.slice(0, 16))).toBe(false)
    expect(at([...usual.slice(0, 15), 16 + 9.9])).toBe(false)
    expect(at([...usual.slice(0, 15), 16 + 10])).toBe(true)
  })
})

describe('helpersFor', () => {
  const hour = { budgetHours: 100, share: 0.9, sec: 9 * 3600 }
  it('starts all that can be paid for an hour, or as many as can be paid to the end', () => {
    expect(helpersFor('greedy', { ...hour, sec: 90 * 3600 })).toBe(100)
    expect(helpersFor('conservative', { ...hour, sec: 90 * 3600 })).toBe(10)
  })
  it('makes no difference when the end is less than an hour away', () => {
    for (const sec of [60, 3600, 9 * 3600])
      expect(helpersFor('conservative', { ...hour, sec })).toBe(100)
  })
  it('starts one at least', () => {
    expect(helpersFor('greedy', { ...hour, budgetHours: 0.2 })).toBe(1)
  })
})

it('gives a bag a tenth of its work, at 15 credits an hour', () => {
  const budget = budgetOf(1000)
  expect(budget).toEqual({ total: 1500, spent: 0 })
  spend(budget, 40)
  expect(budget.spent).toBe(600)
  expect(hoursLeft(budget)).toBe(60)
})
