import { systemClock } from '@millrace/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followEvents, readServerEvents, type ServerEvent } from './sse.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function* chunks(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part)
}

async function read(parts: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  for await (const event of readServerEvents(chunks(parts))) events.push(event)
  return events
}

const STREAM =
  ': hello\n\nid: 1\nevent: deal\ndata: {"a":\ndata: 1}\n\nevent: ping\n\r\ndata: ünïcode\r\nid:2\r\n\r\nid: 3\ndata: cut off'

describe('readServerEvents', () => {
  it('gives events that are complete, data lines joined', async () => {
    expect(await read([bytes(STREAM)])).toEqual([
      { event: 'deal', data: '{"a":\n1}', id: '1' },
      { event: 'message', data: 'ünïcode', id: '2' },
    ])
  })

  it('gives the same events however the stream is cut', async () => {
    const whole = bytes(STREAM)
    const expected = await read([whole])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: whole.length })), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const parts = at.slice(1).map((end, i) => whole.subarray(at[i], end))
        expect(await read(parts)).toEqual(expected)
      }),
    )
  })
})

describe('followEvents', () => {
  it('comes back after every loss, asks for what it missed, and says so', async () => {
    const stop = new AbortController()
    const asked: (string | undefined)[] = []
    const seen: string[] = []
    let opened = 0
    const fetch = ((_: string, { headers }: { headers: Record<string, string> }) => {
      asked.push(headers['last-event-id'])
      const turn = asked.length
      if (turn === 2) return Promise.reject(new TypeError('fetch failed'))
      return Promise.resolve(new Response(`id: ${turn}\ndata: event ${turn}\n\n`))
    }) as unknown as typeof globalThis.fetch
    const clock = { ...systemClock, sleep: () => Promise.resolve() }
    await followEvents({ fetch, clock }, 'http://x/events', {
      signal: stop.signal,
      onOpen: () => {
        opened += 1
      },
      onEvent: ({ data }) => {
        seen.push(data)
        if (seen.length === 3) stop.abort()
      },
    })
    expect(seen).toEqual(['event 1', 'event 3', 'event 4'])
    expect(asked).toEqual([undefined, '1', '1', '3'])
    expect(opened).toBe(3)
  })
})
