import { BaseError, type Clock, systemClock } from '@millrace/base'

export type GroupCommitOptions<T> = {
  /** Makes all items durable, or none of them; called with at most `maxItems`, never twice at once. */
  write(items: readonly T[]): Promise<void>
  maxItems: number
  /** How long the first of a group waits for others; 0 writes at the next turn of the event loop. */
  windowMs: number
  clock?: Clock
}

export type GroupCommit<T> = {
  /** Resolves when the item is durable; items are written in the order of the calls. */
  append(item: T): Promise<void>
  /** Resolves when nothing is waiting or being written. */
  idle(): Promise<void>
}

type Entry<T> = { item: T; resolve(): void; reject(error: unknown): void }

/**
 * Many appends, one commit: what arrives while a write is under way goes together into the next.
 * A group that fails for good is written again item by item, so that only the bad one is refused.
 */
export function createGroupCommit<T>({
  write,
  maxItems,
  windowMs,
  clock = systemClock,
}: GroupCommitOptions<T>): GroupCommit<T> {
  const waiting: Entry<T>[] = []
  let running: Promise<void> | undefined
  let isFull = (): void => {}

  const drain = async (): Promise<void> => {
    await pause()
    while (waiting.length > 0) await writeGroup(waiting.splice(0, maxItems), write)
    running = undefined
  }
  const pause = async (): Promise<void> => {
    const full = new AbortController()
    isFull = () => full.abort()
    if (waiting.length < maxItems) await clock.sleep(windowMs, full.signal).catch(() => {})
    isFull = () => {}
  }

  return {
    append: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        if (waiting.length >= maxItems) isFull()
        running ??= drain()
      }),
    idle: async () => {
      while (running !== undefined) await running
    },
  }
}

async function writeGroup<T>(
  group: Entry<T>[],
  write: GroupCommitOptions<T>['write'],
): Promise<void> {
  try {
    await write(group.map((entry) => entry.item))
    for (const entry of group) entry.resolve()
  } catch (error) {
    const mayBeOneBadItem = group.length > 1 && !(error instanceof BaseError && error.retryable)
    if (!mayBeOneBadItem) {
      for (const entry of group) entry.reject(error)
      return
    }
    for (const entry of group) await writeGroup([entry], write)
  }
}
