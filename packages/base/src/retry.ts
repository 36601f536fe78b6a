import type { Clock } from './clock.ts'
import { BaseError } from './errors.ts'

export type RetryOptions = {
  clock: Clock
  /** Tries in all, the first one included. */
  attempts: number
  firstDelayMs: number
  maxDelayMs: number
  signal?: AbortSignal
  /** Defaults to {@link isRetryable}. */
  when?: (error: unknown) => boolean
}

/** Runs `act` again after a growing pause while its error is retryable. */
export async function retry<T>(
  act: (attempt: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { clock, attempts, firstDelayMs, maxDelayMs, signal, when = isRetryable } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await act(attempt)
    } catch (error) {
      if (attempt >= attempts || signal?.aborted || !when(error)) throw error
      await clock.sleep(Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1)), signal)
    }
  }
}

/** True for our retryable errors and for the system errors of a peer that is not there right now. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof BaseError) return error.retryable
  const { code, cause } = (error ?? {}) as { code?: string; cause?: unknown }
  if (code !== undefined && RETRYABLE_SYSTEM_CODES.has(code)) return true
  return cause !== undefined && cause !== error && isRetryable(cause)
}

const RETRYABLE_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
])
