/** Runs jobs in the order they come, at most `width` at a time; a failing one stops no other. */
export function createLanes(width: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  const leave = (): void => {
    running--
    waiting.shift()?.()
  }
  return async (job) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve))
    running++
    try {
      return await job()
    } finally {
      leave()
    }
  }
}
