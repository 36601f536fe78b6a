import { expect, it } from 'vitest'
import { measure, median } from './figure.ts'

const bench = (value: number, bar: { least: number } | { most: number }) => ({
  name: 'x',
  unit: 's',
  bar,
  measure: () => Promise.resolve(value),
})

it('holds figures to their bars', async () => {
  expect(await measure(bench(10, { most: 10 }), () => {})).toMatchObject({ ok: true, bar: '<= 10' })
  expect(await measure(bench(10.001, { most: 10 }), () => {})).toMatchObject({ ok: false })
  expect(await measure(bench(299, { least: 300 }), () => {})).toMatchObject({
    ok: false,
    bar: '>= 300',
  })
})

it('takes the middle', () => {
  expect(median([5, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(() => median([])).toThrow(RangeError)
})
