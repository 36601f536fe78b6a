import type { Clock } from '@millrace/base'
import { expect, test } from 'vitest'
import { createRateLimit } from './rateLimit.ts'

test('lets a burst through, then as many as come back each second, each client for itself', () => {
  let nowMs = 0
  const clock: Clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() }
  const { admit } = createRateLimit({ perSec: 2, burst: 3, clock })
  const admitted = (client: string, times: number): number =>
    Array.from({ length: times }, () => admit(client)).filter(Boolean).length
  expect(admitted('a', 5)).toBe(3)
  expect(admitted('b', 1)).toBe(1)
  nowMs += 1000
  expect(admitted('a', 5)).toBe(2)
  nowMs += 60_000
  expect(admitted('a', 5)).toBe(3)
})
