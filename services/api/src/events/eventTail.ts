import { createSerialQueue, type Logger } from '@millrace/base'
import type { Database } from '@millrace/database'
import {
  type IndexFeed,
  type NumberedEvent,
  readAnnouncements,
  readLastAnnouncementId,
} from '@millrace/indexer/schema'

/** The newest events, read once and given to every stream. */
export type EventTail = {
  /** Calls `listener` with new events, oldest first; the result ends it. */
  subscribe(listener: (events: readonly NumberedEvent[]) => void): () => void
  /** Looks for new events now. */
  poke(): void
  /** Id of the last event given out. */
  lastId(): number
}

const PAGE = 1000

/**
 * Follows the announcements of the market: looks whenever the index has changed or an order was
 * posted. What a look misses because the database is away, the next one finds.
 */
export async function createEventTail(deps: {
  database: Database
  feed: IndexFeed
  log: Logger
  signal: AbortSignal
}): Promise<EventTail> {
  const { database, feed, log, signal } = deps
  const listeners = new Set<(events: readonly NumberedEvent[]) => void>()
  const inOrder = createSerialQueue()
  let last = await readLastAnnouncementId(database)
  let isQueued = false

  const look = async (): Promise<void> => {
    isQueued = false
    for (let more = true; more && !signal.aborted; ) {
      const events = await readAnnouncements(database, { after: last, limit: PAGE })
      last = events.at(-1)?.id ?? last
      more = events.length === PAGE
      if (events.length > 0) for (const listener of [...listeners]) listener(events)
    }
  }
  const poke = () => {
    if (isQueued || signal.aborted) return
    isQueued = true
    inOrder(look).catch((error) => log.debug('events not read', { reason: `${error}` }))
  }
  const unsubscribe = feed.subscribe(poke)
  signal.addEventListener('abort', unsubscribe, { once: true })
  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    poke,
    lastId: () => last,
  }
}
