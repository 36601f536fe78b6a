import type { Clock } from '@millrace/base'

export type RateLimit = { admit(client: string): boolean }

/** Lets each client through `perSec` times a second, after a burst of up to `burst`. */
export function createRateLimit({
  perSec,
  burst,
  clock,
}: {
  perSec: number
  burst: number
  clock: Clock
}): RateLimit {
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  const forgetFull = (nowMs: number): void => {
    for (const [client, { tokens, atMs }] of buckets)
      if (tokens + ((nowMs - atMs) / 1000) * perSec >= burst) buckets.delete(client)
  }
  return {
    admit: (client) => {
      const nowMs = clock.nowMs()
      if (buckets.size >= MAX_CLIENTS) forgetFull(nowMs)
      const { tokens, atMs } = buckets.get(client) ?? { tokens: burst, atMs: nowMs }
      const filled = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSec)
      buckets.set(client, { tokens: Math.max(0, filled - 1), atMs: nowMs })
      return filled >= 1
    },
  }
}

/** Clients to remember before those who have been quiet are forgotten. */
const MAX_CLIENTS = 10_000
