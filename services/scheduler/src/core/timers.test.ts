import { describe, expect, it } from 'vitest'
import { createTimers } from './timers.ts'

describe('timers', () => {
  it('hands out what is due, earliest first, equal times in the order they were set', () => {
    const timers = createTimers()
    for (const nonce of [5, 3, 9, 1]) timers.set(nonce * 10, { kind: 'transaction', nonce })
    timers.set(30, { kind: 'transaction', nonce: 33 })
    const due: number[] = []
    for (let timer = timers.due(50); timer; timer = timers.due(50))
      if (timer.kind === 'transaction') due.push(timer.nonce)
    expect(due).toEqual([1, 3, 33, 5])
    expect(timers.nextMs()).toBe(90)
  })

  it('knows no next time when it is empty', () => {
    expect(createTimers().nextMs()).toBeUndefined()
  })
})
