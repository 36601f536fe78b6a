import { expect, it } from 'vitest'
import { idealSec, tailSlowdown, timeAt } from './completion.ts'

const steady = { size: 10, doneSec: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }

it('knows when a share of a bag was done', () => {
  expect([0.01, 0.1, 0.3, 0.9, 1].map((share) => timeAt(steady, share))).toEqual([1, 1, 3, 9, 10])
  expect(timeAt({ size: 10, doneSec: [1, 2] }, 0.3)).toBeUndefined()
})

it('sees no tail in a bag that goes on as it began', () => {
  expect(idealSec(steady)).toBeCloseTo(10, 12)
  expect(tailSlowdown(steady)).toBeCloseTo(1, 12)
})

it('measures a tail, and none before a bag has ended', () => {
  expect(tailSlowdown({ size: 10, doneSec: [...steady.doneSec.slice(0, 9), 25] })).toBeCloseTo(2.5)
  expect(tailSlowdown({ size: 10, doneSec: steady.doneSec.slice(0, 9) })).toBeUndefined()
  expect(idealSec({ size: 10, doneSec: [1] })).toBeUndefined()
})
