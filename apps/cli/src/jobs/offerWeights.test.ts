import { expect, it } from 'vitest'
import { parseWeights } from './offerWeights.ts'

it('reads weights', () => {
  expect(parseWeights('price=3,time=2', '--weights')).toEqual({ price: 3, time: 2 })
  expect(parseWeights('trust=0.5, energy=1', '--weights')).toEqual({ trust: 0.5, energy: 1 })
  expect(parseWeights('price=0,reliability=1', '--weights')).toEqual({ price: 0, reliability: 1 })
})

it.each([
  '',
  'price',
  'price=',
  'price=-1',
  'price=1e3',
  'price=0',
  'beauty=2',
  'price=1,price=2',
  'price=1;time=2',
])('refuses %j', (text) => {
  expect(() => parseWeights(text, '--weights')).toThrow(/--weights is .* must be criteria with/)
})
