import { toJson } from '@millrace/base'
import type { Database } from '@millrace/database'
import { type NumberedEvent, readAnnouncements } from '@millrace/indexer/schema'
import type { EventTail } from './eventTail.ts'

export type EventStreamDeps = { database: Database; tail: EventTail; signal: AbortSignal }

const PAGE = 1000
/** A reader this far behind is cut off; it comes back with the id of its last event. */
const MAX_WAITING = 10_000

/**
 * Events with ids above `after`, first those that are past, then each as it happens; batches as they
 * come. Ends with the signal, or when the reader is hopelessly slow.
 */
export async function* streamEvents(
  { database, tail, signal }: EventStreamDeps,
  after: number,
): AsyncGenerator<readonly NumberedEvent[]> {
  let sent = after
  let waiting: NumberedEvent[] = []
  let wake = () => {}
  const unsubscribe = tail.subscribe((events) => {
    waiting.push(...events)
    wake()
  })
  const stop = () => wake()
  signal.addEventListener('abort', stop)
  try {
    // Subscribed before reading: an event may come twice, never not at all.
    for (let more = true; more && !signal.aborted; ) {
      const past = await readAnnouncements(database, { after: sent, limit: PAGE })
      sent = past.at(-1)?.id ?? sent
      more = past.length === PAGE
      if (past.length > 0) yield past
    }
    while (!signal.aborted && waiting.length <= MAX_WAITING) {
      const fresh = waiting.filter(({ id }) => id > sent)
      waiting = []
      sent = fresh.at(-1)?.id ?? sent
      if (fresh.length > 0) yield fresh
      else
        await new Promise<void>((resolve) => {
          wake = resolve
          if (waiting.length > 0 || signal.aborted) resolve()
        })
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', stop)
  }
}

/** Text of events in the format of server-sent events. */
export function eventText(events: readonly NumberedEvent[]): string {
  return events
    .map(({ id, event }) => `id: ${id}\nevent: ${event.kind}\ndata: ${toJson(event)}\n\n`)
    .join('')
}
