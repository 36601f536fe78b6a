import type { Clock } from './clock.ts'

/**
 * Calls `act` again and again with `periodMs` between the end of one call and the start of the
 * next, until the signal aborts. An error of `act` goes to `onError` and does not end the loop.
 */
export async function every(
  {
    clock,
    signal,
    periodMs,
    onError,
  }: { clock: Clock; signal: AbortSignal; periodMs: number; onError: (error: unknown) => void },
  act: () => Promise<void> | void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await act()
    } catch (error) {
      if (!signal.aborted) onError(error)
    }
    await clock.sleep(periodMs, signal).catch(() => {})
  }
}
