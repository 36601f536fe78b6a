import { type UnixSeconds, unixSeconds } from './units.ts'

/** Time as a dependency; only this file and its fakes may look at the real one. */
export type Clock = {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Resolves after `ms`, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal?.addEventListener('abort', stop, { once: true })
    }),
}

/** The clock's time in whole seconds, rounded down. */
export function nowSec(clock: Clock): UnixSeconds {
  return unixSeconds(Math.floor(clock.nowMs() / 1000))
}
