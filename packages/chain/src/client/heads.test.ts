import { describe, expect, it, vi } from 'vitest'
import { createHeads } from './heads.ts'

/** Time that passes only when the test says so. */
function aClock() {
  let nowMs = 0
  const sleepers = new Set<{ untilMs: number; wake: () => void }>()
  return {
    nowMs: () => nowMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { untilMs: nowMs + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
    pass: async (ms: number) => {
      nowMs += ms
      for (const sleeper of [...sleepers])
        if (sleeper.untilMs <= nowMs) {
          sleepers.delete(sleeper)
          sleeper.wake()
        }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** WebSockets that do what the test says. */
function sockets() {
  const made: FakeSocket[] = []
  class FakeSocket {
    sent: string[] = []
    isClosed = false
    onopen = () => {}
    onclose = () => {}
    onerror = () => {}
    onmessage = (_: { data: string }) => {}
    constructor() {
      made.push(this)
    }
    send(text: string) {
      this.sent.push(text)
    }
    close() {
      this.isClosed = true
      this.onclose()
    }
    hear(message: object) {
      this.onmessage({ data: JSON.stringify(message) })
    }
    subscribe() {
      this.onopen()
      this.hear({ id: 1, result: '0x1' })
    }
  }
  return { made, WebSocket: FakeSocket as unknown as typeof WebSocket }
}

const HEAD = { method: 'eth_subscription', params: {} }

function setup() {
  const clock = aClock()
  const { made, WebSocket } = sockets()
  const heads = createHeads({ url: 'ws://node', pollMs: 40, clock, WebSocket })
  const isDone = (wait: Promise<void>) => {
    const done = vi.fn()
    wait.then(done, done)
    return done
  }
  return { clock, made, heads, isDone }
}

describe('heads', () => {
  it('polls until a subscription works, then waits for announcements', async () => {
    const { clock, made, heads, isDone } = setup()
    const polled = isDone(heads.next(heads.mark()))
    await clock.pass(40)
    expect(polled).toHaveBeenCalled()
    made[0]?.subscribe()
    const announced = isDone(heads.next(heads.mark()))
    await clock.pass(500)
    expect(announced).not.toHaveBeenCalled()
    made[0]?.hear(HEAD)
    await clock.pass(0)
    expect(announced).toHaveBeenCalled()
  })

  it('misses no head that was announced since the mark', async () => {
    const { clock, made, heads, isDone } = setup()
    void heads.next(heads.mark())
    made[0]?.subscribe()
    const mark = heads.mark()
    made[0]?.hear(HEAD)
    const next = isDone(heads.next(mark))
    await clock.pass(0)
    expect(next).toHaveBeenCalled()
  })

  it('looks now and then even when nothing is announced', async () => {
    const { clock, made, heads, isDone } = setup()
    void heads.next(heads.mark())
    made[0]?.subscribe()
    const next = isDone(heads.next(heads.mark()))
    await clock.pass(1_000)
    expect(next).toHaveBeenCalled()
  })

  it('wakes waiters when the connection ends, polls, and connects again later', async () => {
    const { clock, made, heads, isDone } = setup()
    void heads.next(heads.mark())
    made[0]?.subscribe()
    const next = isDone(heads.next(heads.mark()))
    made[0]?.close()
    await clock.pass(0)
    expect(next).toHaveBeenCalled()
    const waiting = heads.next(heads.mark())
    expect(made).toHaveLength(1)
    await clock.pass(200)
    await waiting
    void heads.next(heads.mark())
    expect(made).toHaveLength(2)
  })

  it('closes the connection when nobody waits any more', async () => {
    const { clock, made, heads } = setup()
    const next = heads.next(heads.mark())
    made[0]?.subscribe()
    await next
    await clock.pass(100)
    expect(made[0]?.isClosed).toBe(true)
  })

  it('polls where the node has no subscriptions', async () => {
    const { clock, made, heads, isDone } = setup()
    const next = isDone(heads.next(heads.mark()))
    made[0]?.onopen()
    made[0]?.hear({ id: 1, error: { code: -32_601 } })
    await clock.pass(40)
    expect(next).toHaveBeenCalled()
    expect(made[0]?.isClosed).toBe(true)
  })

  it('ends with its signal', async () => {
    const { heads } = setup()
    const stopping = new AbortController()
    const next = heads.next(heads.mark(), { signal: stopping.signal })
    stopping.abort(new RangeError('enough'))
    await expect(next).rejects.toThrow('enough')
  })
})
