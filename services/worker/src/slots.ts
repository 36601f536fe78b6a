/** What runs at once: a number of places, and memory shared between them. First come, first served. */
export type Slots = {
  /** Waits for a place; the returned function gives it back. Rejects when the signal aborts. */
  take(memoryMiB: number, signal?: AbortSignal): Promise<() => void>
  free(): number
  waiting(): number
}

type Waiter = { memoryMiB: number; start: () => void }

export function createSlots({ slots, memoryMiB }: { slots: number; memoryMiB: number }): Slots {
  const queue: Waiter[] = []
  let running = 0
  let usedMiB = 0

  const startNext = (): void => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      // The first in line is not overtaken by smaller ones: it would starve.
      const fits = running === 0 || usedMiB + next.memoryMiB <= memoryMiB
      if (running >= slots || !fits) return
      queue.shift()
      running++
      usedMiB += next.memoryMiB
      next.start()
    }
  }
  const releaser = (taken: number): (() => void) => {
    let held = true
    return () => {
      if (!held) return
      held = false
      running--
      usedMiB -= taken
      startNext()
    }
  }
  return {
    free: () => slots - running,
    waiting: () => queue.length,
    take: (wantedMiB, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const waiter: Waiter = {
          memoryMiB: wantedMiB,
          start: () => {
            signal?.removeEventListener('abort', leave)
            resolve(releaser(wantedMiB))
          },
        }
        const leave = () => {
          queue.splice(queue.indexOf(waiter), 1)
          reject(signal?.reason)
          startNext()
        }
        signal?.addEventListener('abort', leave, { once: true })
        queue.push(waiter)
        startNext()
      }),
  }
}
