import { expect, it } from 'vitest'
import { createSerialQueue, mapLimit } from './queue.ts'

it('runs jobs one after the other, also after one has failed', async () => {
  const enqueue = createSerialQueue()
  const seen: string[] = []
  const job = (name: string) => async () => {
    seen.push(`${name} starts`)
    await Promise.resolve()
    seen.push(`${name} ends`)
  }
  const failing = enqueue(() => Promise.reject(new Error('no')))
  await Promise.all([expect(failing).rejects.toThrow('no'), enqueue(job('a')), enqueue(job('b'))])
  expect(seen).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
})

it('maps in order with a bound on what is in flight', async () => {
  let inFlight = 0
  let most = 0
  const results = await mapLimit([3, 1, 2, 5, 4], 2, async (n) => {
    most = Math.max(most, ++inFlight)
    for (let i = 0; i < n; i++) await Promise.resolve()
    inFlight--
    return n * 10
  })
  expect(results).toEqual([30, 10, 20, 50, 40])
  expect(most).toBe(2)
})
