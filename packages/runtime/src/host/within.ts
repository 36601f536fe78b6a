import type { Clock } from '@millrace/base'

/** Kills the child when `act` takes longer than the limit, which makes `act` reject. */
export async function within<T>(
  {
    clock,
    limitMs,
    child,
    reason,
  }: { clock: Clock; limitMs: number; child: { kill(reason: string): void }; reason: string },
  act: () => Promise<T>,
): Promise<T> {
  const done = new AbortController()
  clock.sleep(limitMs, done.signal).then(
    () => child.kill(reason),
    () => {},
  )
  try {
    return await act()
  } finally {
    done.abort()
  }
}
