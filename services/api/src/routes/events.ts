import type { OpenAPIHono } from '@hono/zod-openapi'
import { zMarketEvent } from '@millrace/wire'
import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import type { RouteDeps } from '../deps.ts'
import { RateLimitedError } from '../errors.ts'
import { eventText, streamEvents } from '../events/eventStream.ts'
import { zId } from '../http/fields.ts'
import { invalidInput } from '../http/invalid.ts'

const MAX_STREAMS = 500
const KEEP_ALIVE_MS = 15_000

/** `GET /events`: server-sent events; `Last-Event-ID`, or `?after=`, resumes after a gap. */
export function addEventRoutes(app: OpenAPIHono, deps: RouteDeps): void {
  let open = 0
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/events',
    tags: ['events'],
    summary: 'What happens in the market, as server-sent events. Resumes after Last-Event-ID.',
    responses: {
      200: {
        description: 'One JSON document per event; `event` is its kind.',
        content: { 'text/event-stream': { schema: zMarketEvent } },
      },
    },
  })
  app.get('/events', (c) => {
    const after = readAfter(c) ?? deps.tail.lastId()
    if (open >= MAX_STREAMS) throw new RateLimitedError({ retryAfterSec: 10 })
    open++
    deps.metrics.streamOpened()
    c.header('content-type', 'text/event-stream')
    c.header('cache-control', 'no-store')
    c.header('x-accel-buffering', 'no')
    return stream(c, async (out) => {
      const ended = new AbortController()
      out.onAbort(() => ended.abort())
      const signal = AbortSignal.any([deps.signal, ended.signal])
      try {
        await out.write(`retry: 1000\n: ready after ${after}\n\n`)
        void keepAlive(deps, signal, () => out.write(': still here\n\n'))
        for await (const events of streamEvents({ ...deps, signal }, after))
          await out.write(eventText(events))
      } finally {
        ended.abort()
        open--
        deps.metrics.streamClosed()
      }
    })
  })
}

function readAfter(c: Context): number | undefined {
  const asked = c.req.header('last-event-id') ?? c.req.query('after')
  if (asked === undefined || asked === '') return undefined
  const parsed = zId.safeParse(asked)
  if (!parsed.success) throw invalidInput(parsed.error, 'Last-Event-ID', asked)
  return parsed.data
}

async function keepAlive(
  { clock }: RouteDeps,
  signal: AbortSignal,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(KEEP_ALIVE_MS, signal)
      await write()
    }
  } catch {
    // The stream has ended.
  }
}
