import { expect, it } from 'vitest'
import { createRecent } from './recent.ts'

it('remembers as many as it says, and not for ever', () => {
  const recent = createRecent<number, string>(100)
  for (let n = 1; n <= 1000; n++) {
    recent.set(n, `entry ${n}`)
    expect(recent.get(Math.max(1, n - 99))).toBe(`entry ${Math.max(1, n - 99)}`)
  }
  expect(recent.has(800)).toBe(false)
  expect(recent.get(1001)).toBeUndefined()
})

it('says the latest of a key', () => {
  const recent = createRecent<string, number>(1)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.set('a', 3)
  expect([recent.get('a'), recent.get('b')]).toEqual([3, 2])
})
