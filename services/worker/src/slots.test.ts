import { describe, expect, it } from 'vitest'
import { createSlots } from './slots.ts'

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  const nothing = Symbol('pending')
  const turn = new Promise((resolve) => setImmediate(resolve, nothing))
  return (await Promise.race([promise, turn])) !== nothing
}

describe('slots', () => {
  it('runs as many at once as there are places', async () => {
    const slots = createSlots({ slots: 2, memoryMiB: 1000 })
    const first = await slots.take(1)
    await slots.take(1)
    const third = slots.take(1)
    expect(await settled(third)).toBe(false)
    first()
    expect(await settled(third)).toBe(true)
    expect(slots.free()).toBe(0)
  })

  it('waits until the memory fits, and overtakes nobody', async () => {
    const slots = createSlots({ slots: 8, memoryMiB: 100 })
    const large = await slots.take(80)
    const next = slots.take(50)
    const small = slots.take(1)
    expect(await settled(next)).toBe(false)
    expect(await settled(small)).toBe(false)
    large()
    expect(await settled(next)).toBe(true)
    expect(await settled(small)).toBe(true)
  })

  it('gives a place back once only', async () => {
    const slots = createSlots({ slots: 1, memoryMiB: 1 })
    const release = await slots.take(1)
    release()
    release()
    expect(slots.free()).toBe(1)
  })

  it('lets one who waits leave', async () => {
    const slots = createSlots({ slots: 1, memoryMiB: 1 })
    const release = await slots.take(1)
    const abort = new AbortController()
    const waiting = slots.take(1, abort.signal)
    abort.abort(new Error('cancelled'))
    await expect(waiting).rejects.toThrow('cancelled')
    release()
    expect(slots.free()).toBe(1)
  })
})
