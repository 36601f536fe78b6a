import { isRetryable, type TxHash } from '@millrace/base'
import { dispatch, type Waiting } from './dispatch.ts'
import type { OutboxContext } from './outboxContext.ts'
import type { Intent } from './outboxStore.ts'
import type { WatchMemory } from './watchMemory.ts'

/** An opened outbox: which chain it is on, and below which nonce the node may hold strangers. */
export type Opened = { ctx: OutboxContext; firstNonce: number }

/** Intents on their way to a nonce. */
export type Pump = {
  /** Resolves when the intent is signed, stored and offered to the node. */
  enqueue(id: string, intent: Intent, gas: bigint): Promise<TxHash>
  /** Allots and sends until nothing waits or the window is full. */
  run(): Promise<void>
  isEmpty(): boolean
}

/** @param onSent - Called after every run: there may be open rows to look after. */
export function createPump({
  opened,
  memory,
  signal,
  onSent,
}: {
  opened: Promise<Opened>
  memory: WatchMemory
  signal: AbortSignal
  onSent: () => void
}): Pump {
  const queue: Waiting[] = []
  let running = false
  const rejectAll = (error: unknown) => {
    for (const { reject } of queue.splice(0)) reject(error)
  }
  signal.addEventListener('abort', () => rejectAll(signal.reason), { once: true })

  const drain = async (): Promise<void> => {
    const { ctx, firstNonce } = await opened
    while (queue.length > 0 && !signal.aborted) {
      const done = await dispatch(ctx, queue, { memory, firstNonce })
      if (done === 0) return
      queue.splice(0, done)
    }
  }

  const run = async (): Promise<void> => {
    if (running) return
    running = true
    try {
      await drain()
    } catch (error) {
      // A node that is away comes back: the watch runs the pump again.
      if (!isRetryable(error)) rejectAll(error)
    } finally {
      running = false
    }
    onSent()
  }

  const enqueue: Pump['enqueue'] = (id, intent, gas) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const waiting: Waiting = {
        id,
        intent,
        gas,
        resolve,
        reject,
        again: () => queue.push(waiting),
      }
      queue.push(waiting)
      void run()
    })

  return { enqueue, run, isEmpty: () => queue.length === 0 }
}
