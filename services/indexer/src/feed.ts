import type { Clock } from '@millrace/base'

/** How the index stands, for `/healthz` and `/info`. */
export type IndexStatus = {
  state: 'starting' | 'following' | 'failing'
  /** Last block in the tables. */
  number: number
  /** When the last block was applied, milliseconds since 1970. */
  appliedAtMs: number
  rollbacks: number
  rebuilds: number
  /** Why it fails, while it does. */
  reason: string | undefined
}

/** What the API takes of the indexer beside its tables. */
export type IndexFeed = {
  /** Calls `listener` after each change of the tables; the result ends it. */
  subscribe(listener: () => void): () => void
  status(): IndexStatus
  /** Resolves when the tables are true up to `number`; rejects with the signal's reason. */
  reached(number: number, signal: AbortSignal): Promise<void>
}

export type FeedControl = IndexFeed & {
  notify(): void
  update(change: Partial<IndexStatus>): void
}

export function createFeed(clock: Clock): FeedControl {
  const listeners = new Set<() => void>()
  let status: IndexStatus = {
    state: 'starting',
    number: 0,
    appliedAtMs: clock.nowMs(),
    rollbacks: 0,
    rebuilds: 0,
    reason: undefined,
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const reached = (number: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const stop = () => {
        unsubscribe()
        signal.removeEventListener('abort', abort)
      }
      const abort = () => {
        stop()
        reject(signal.reason)
      }
      const look = () => {
        if (status.number < number) return
        stop()
        resolve()
      }
      const unsubscribe = subscribe(look)
      signal.addEventListener('abort', abort, { once: true })
      look()
    })
  return {
    subscribe,
    reached,
    status: () => status,
    update: (change) => {
      status = { ...status, ...change }
    },
    notify: () => {
      for (const listener of [...listeners]) listener()
    },
  }
}
