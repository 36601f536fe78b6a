import { expect, it } from 'vitest'
import { bps, seconds, unixSeconds, wei } from './units.ts'

it('makes amounts of whole units only, from zero to below 2^256', () => {
  expect(wei(0n)).toBe(0n)
  expect(wei((1n << 256n) - 1n)).toBe((1n << 256n) - 1n)
  expect(() => wei(-1n)).toThrow(RangeError)
  expect(() => wei(1n << 256n)).toThrow(RangeError)
})

it.each([
  ['unixSeconds', unixSeconds, 2 ** 48],
  ['seconds', seconds, 2 ** 48],
  ['bps', bps, 10_001],
] as const)('%s refuses fractions, negative values and what is too large', (_, make, tooLarge) => {
  expect(make(1)).toBe(1)
  for (const value of [-1, 0.5, Number.NaN, tooLarge]) expect(() => make(value)).toThrow(RangeError)
})
