import { expect, test } from 'vitest'
import { aRequest } from '../testing/requests.ts'
import { guardTask } from './guard.ts'

/** A clock whose sleeps end when `pass` is called for long enough. */
function manualClock() {
  let nowMs = 0
  const sleepers = new Set<{ atMs: number; wake: () => void }>()
  return {
    nowMs: () => nowMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { atMs: nowMs + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
    pass: async (ms: number) => {
      nowMs += ms
      for (const sleeper of sleepers)
        if (sleeper.atMs <= nowMs) {
          sleepers.delete(sleeper)
          sleeper.wake()
        }
      for (let i = 0; i < 10; i++) await Promise.resolve()
    },
  }
}

function guarded({ bytes = 0, signal }: { bytes?: number; signal?: AbortSignal } = {}) {
  const killed: string[] = []
  const clock = manualClock()
  const guard = guardTask({
    child: { pid: 1, kill: (reason) => killed.push(reason) },
    request: aRequest({ limits: { wallMs: 1000 } }),
    signal,
    clock,
    residentMemory: () => Promise.resolve(bytes),
  })
  return { guard, clock, killed }
}

test('a task that stays within its bounds is left alone', async () => {
  const { guard, clock, killed } = guarded({ bytes: 1e8 })
  await clock.pass(900)
  guard.stop()
  await clock.pass(900)
  expect([guard.verdict(), killed]).toEqual([undefined, []])
})

test('the wall limit ends it', async () => {
  const { guard, clock, killed } = guarded()
  await clock.pass(1000)
  expect(guard.verdict()).toMatchObject({ reason: 'timeout' })
  expect(killed[0]).toContain('1000 ms')
})

test('an abort ends it, also one from before', () => {
  for (const before of [true, false]) {
    const cancel = new AbortController()
    if (before) cancel.abort()
    const { guard, killed } = guarded({ signal: cancel.signal })
    cancel.abort()
    expect(guard.verdict()).toMatchObject({ reason: 'cancelled' })
    expect(killed.length).toBe(1)
    guard.stop()
  }
})

test('far too much memory ends it', async () => {
  const { guard, clock } = guarded({ bytes: 1e9 })
  await clock.pass(200)
  expect(guard.verdict()).toMatchObject({ reason: 'host-error' })
})
