import type { HttpContext } from './http.ts'

/** One event of a stream: its kind, data as text, and the id to resume after. */
export type ServerEvent = { event: string; data: string; id: string | undefined }

const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 5000

/**
 * Follows a stream of server-sent events until the signal aborts, across every loss of the
 * connection: it resumes after the last id seen. `onOpen` runs at every (re)connection, since events
 * of the gap may be lost; whoever keeps state looks at it anew there.
 */
export async function followEvents(
  { fetch, clock }: HttpContext,
  url: string,
  {
    signal,
    onOpen,
    onEvent,
  }: { signal: AbortSignal; onOpen: () => void; onEvent: (event: ServerEvent) => void },
): Promise<void> {
  let lastId: string | undefined
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    try {
      const response = await fetch(url, {
        headers: {
          accept: 'text/event-stream',
          ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
        },
        signal,
      })
      if (response.ok && response.body !== null) {
        pauseMs = FIRST_PAUSE_MS
        onOpen()
        for await (const event of readServerEvents(response.body)) {
          lastId = event.id ?? lastId
          onEvent(event)
        }
      }
    } catch {
      // Lost or refused: the pause below, then again.
    }
    await clock.sleep(pauseMs, signal).catch(() => {})
    pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs)
  }
}

/** Events of a byte stream, as the WHATWG standard parses them. */
export async function* readServerEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  let pending: { event: string; data: string[]; id: string | undefined } = empty()
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    // A lone CR at the end may be the first half of CRLF: it waits for the next chunk.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '') {
        take(pending, line)
        continue
      }
      const { event, data, id } = pending
      if (data.length > 0) yield { event, data: data.join('\n'), id }
      pending = empty()
    }
  }
}

const empty = () => ({
  event: 'message',
  data: [] as string[],
  id: undefined as string | undefined,
})

function take(pending: ReturnType<typeof empty>, line: string): void {
  const colon = line.indexOf(':')
  const field = colon < 0 ? line : line.slice(0, colon)
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
  if (field === 'event') pending.event = value
  else if (field === 'data') pending.data.push(value)
  else if (field === 'id') pending.id = value
}
