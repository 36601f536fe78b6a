import { BaseError } from '@millrace/base'
import { expect, test } from 'vitest'
import { createGroupCommit } from './groupCommit.ts'

class AwayError extends BaseError {
  readonly code = 'AWAY'
  override readonly retryable = true
}

/** A store whose writes wait until `finish` is called. */
function heldStore() {
  const writes: { items: readonly number[]; finish(error?: unknown): void }[] = []
  const write = (items: readonly number[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const finish = (error?: unknown): void => (error === undefined ? resolve() : reject(error))
      writes.push({ items, finish })
    })
  const next = async () => {
    await expect.poll(() => writes.length).toBeGreaterThan(0)
    return writes.shift() as (typeof writes)[number]
  }
  return { write, next }
}

test('writes together what arrives while a write is under way, in order', async () => {
  const { write, next } = heldStore()
  const { append } = createGroupCommit({ write, maxItems: 10, windowMs: 0 })
  const first = append(1)
  const writing = await next()
  const rest = [append(2), append(3), append(4)]
  writing.finish()
  await first
  const second = await next()
  expect(second.items).toEqual([2, 3, 4])
  second.finish()
  await Promise.all(rest)
})

test('never writes more than maxItems at once', async () => {
  const groups: (readonly number[])[] = []
  const { append } = createGroupCommit<number>({
    write: (items) => Promise.resolve(void groups.push(items)),
    maxItems: 2,
    windowMs: 60_000,
  })
  await Promise.all([append(1), append(2), append(3), append(4), append(5)])
  expect(groups).toEqual([[1, 2], [3, 4], [5]])
})

test('refuses only the bad item of a group', async () => {
  const kept: number[] = []
  const { append } = createGroupCommit<number>({
    write: (items) => {
      if (items.includes(2)) return Promise.reject(new RangeError('two'))
      kept.push(...items)
      return Promise.resolve()
    },
    maxItems: 10,
    windowMs: 0,
  })
  const fates = await Promise.allSettled([append(1), append(2), append(3)])
  expect(fates.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(kept).toEqual([1, 3])
})

test('does not take a group apart when the store is away', async () => {
  let writes = 0
  const { append, idle } = createGroupCommit<number>({
    write: () => {
      writes += 1
      return Promise.reject(new AwayError('gone'))
    },
    maxItems: 10,
    windowMs: 0,
  })
  const fates = await Promise.allSettled([append(1), append(2)])
  await idle()
  expect(fates.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(writes).toBe(1)
})
