import { describe, expect, it } from 'vitest'
import { createLanes } from './lanes.ts'

describe('lanes', () => {
  it('runs at most so many jobs at a time, and all of them', async () => {
    const lanes = createLanes(2)
    let running = 0
    let most = 0
    const job = async (n: number): Promise<number> => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      return n
    }
    const done = await Promise.all([1, 2, 3, 4, 5].map((n) => lanes(() => job(n))))
    expect(done).toEqual([1, 2, 3, 4, 5])
    expect(most).toBe(2)
  })

  it('goes on after a job that fails', async () => {
    const lanes = createLanes(1)
    const failing = lanes(() => Promise.reject(new RangeError('no')))
    const next = lanes(() => Promise.resolve('yes'))
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })
})
