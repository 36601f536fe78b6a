import { getConnInfo } from '@hono/node-server/conninfo'
import type { Clock } from '@millrace/base'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { BodyTooLargeError, RateLimitedError } from '../errors.ts'
import { answerError } from './answer.ts'

export type RateLimit = {
  /** Requests a caller may send at once. */
  burst: number
  /** Requests a second that refill the burst. */
  perSec: number
}

const MAX_CALLERS = 10_000

/** Token bucket per remote address. The table of callers is bounded; forgetting one refills it. */
export function rateLimit({ burst, perSec }: RateLimit, clock: Clock): MiddlewareHandler {
  const callers = new Map<string, { tokens: number; atMs: number }>()
  return (c, next) => {
    const caller = callerOf(c)
    const nowMs = clock.nowMs()
    const known = callers.get(caller) ?? { tokens: burst, atMs: nowMs }
    const tokens = Math.min(burst, known.tokens + ((nowMs - known.atMs) * perSec) / 1000)
    if (tokens < 1) {
      const error = new RateLimitedError({ retryAfterSec: Math.ceil((1 - tokens) / perSec) })
      return Promise.resolve(answerError(c, error))
    }
    callers.delete(caller)
    callers.set(caller, { tokens: tokens - 1, atMs: nowMs })
    const [oldest] = callers.keys()
    if (callers.size > MAX_CALLERS && oldest !== undefined) callers.delete(oldest)
    return next()
  }
}

/** Refuses bodies over `maxBytes` before reading them. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBytes,
    onError: (c) => answerError(c, new BodyTooLargeError({ maxBytes })),
  })
}

function callerOf(c: Context): string {
  // Requests made in a test have no socket below them.
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
