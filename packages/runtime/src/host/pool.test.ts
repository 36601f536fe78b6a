import { describe, expect, test } from 'vitest'
import { Pool } from './pool.ts'

class FakeMember {
  readonly id: number
  killed: string | undefined
  constructor(id: number) {
    this.id = id
  }
  get alive(): boolean {
    return this.killed === undefined
  }
  kill(reason: string): void {
    this.killed ??= reason
  }
}

function fakePool(max: number) {
  const started: FakeMember[] = []
  let nowMs = 0
  let failure: Error | undefined
  const pool = new Pool<FakeMember>({
    max,
    nowMs: () => nowMs,
    start: () => {
      if (failure) return Promise.reject(failure)
      const member = new FakeMember(started.length)
      started.push(member)
      return Promise.resolve(member)
    },
  })
  return {
    pool,
    started,
    pass: (ms: number) => {
      nowMs += ms
    },
    failWith: (error: Error | undefined) => {
      failure = error
    },
  }
}

describe('pool', () => {
  test('keeps a warm member for its group', async () => {
    const { pool } = fakePool(2)
    const first = await pool.acquire('a')
    pool.release(first)
    expect(await pool.acquire('a')).toBe(first)
  })

  test('never gives one member to two groups', async () => {
    const { pool } = fakePool(1)
    const first = await pool.acquire('a')
    pool.release(first)
    const second = await pool.acquire('b')
    expect(second).not.toBe(first)
    expect(first.alive).toBe(false)
  })

  test('runs at most max at once', async () => {
    const { pool } = fakePool(2)
    const members = [await pool.acquire('a'), await pool.acquire('a')]
    let third: FakeMember | undefined
    const waiting = pool.acquire('b').then((member) => {
      third = member
    })
    await Promise.resolve()
    expect(third).toBeUndefined()
    for (const member of members) pool.release(member)
    await waiting
    expect(third?.alive).toBe(true)
  })

  test('lets groups take turns when their time is over', async () => {
    const { pool, pass } = fakePool(1)
    const order: string[] = []
    const task = async (group: string) => {
      const member = await pool.acquire(group)
      order.push(group)
      pass(100)
      await Promise.resolve()
      pool.release(member)
    }
    await Promise.all([...Array.from({ length: 6 }, () => task('a')), task('b'), task('b')])
    // Three tasks fill a turn of 250 ms; then the other group comes.
    expect(order.join('')).toBe('aaabbaaa')
  })

  test('replaces a member that died', async () => {
    const { pool } = fakePool(1)
    const first = await pool.acquire('a')
    first.kill('crash')
    pool.release(first)
    const second = await pool.acquire('a')
    expect(second.alive).toBe(true)
  })

  test('notices a warm member that died while it waited', async () => {
    const { pool } = fakePool(1)
    const first = await pool.acquire('a')
    pool.release(first)
    first.kill('crash')
    expect((await pool.acquire('a')).alive).toBe(true)
  })

  test('forgets a task that is cancelled while it waits', async () => {
    const { pool } = fakePool(1)
    const first = await pool.acquire('a')
    const cancel = new AbortController()
    const waiting = pool.acquire('b', cancel.signal)
    cancel.abort(new Error('no more'))
    await expect(waiting).rejects.toThrow('no more')
    pool.release(first)
    expect(await pool.acquire('a')).toBe(first)
    await expect(pool.acquire('a', cancel.signal)).rejects.toThrow('no more')
  })

  test('keeps the member of a task that is cancelled while it starts', async () => {
    const { pool } = fakePool(1)
    const cancel = new AbortController()
    const waiting = pool.acquire('a', cancel.signal)
    cancel.abort(new Error('no more'))
    await expect(waiting).rejects.toThrow('no more')
    expect((await pool.acquire('b')).alive).toBe(true)
  })

  test('goes on after a start that failed', async () => {
    const { pool, failWith } = fakePool(1)
    failWith(new Error('no memory'))
    await expect(pool.acquire('a')).rejects.toThrow('no memory')
    failWith(undefined)
    expect((await pool.acquire('a')).alive).toBe(true)
  })

  test('starts one member ahead', async () => {
    const { pool, started } = fakePool(2)
    pool.warmUp()
    expect(started.length).toBe(1)
    expect(await pool.acquire('a')).toBe(started[0])
    expect(started.length).toBe(2)
  })

  test('kills all on closing, and refuses more', async () => {
    const { pool, started } = fakePool(1)
    pool.warmUp()
    await pool.acquire('a')
    const waiting = pool.acquire('b')
    await Promise.all([expect(waiting).rejects.toThrow('closed'), pool.close()])
    expect(started.every(({ alive }) => !alive)).toBe(true)
    await expect(pool.acquire('a')).rejects.toThrow('closed')
  })
})
