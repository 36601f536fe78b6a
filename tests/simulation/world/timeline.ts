import type { Random } from '@millrace/base'

/** Simulated time: runs what is due in order; equal times in the order they were set. */
export type Timeline = {
  nowMs(): number
  after(delayMs: number, act: () => void): void
  /** Runs until nothing is left, `isDone` says so, or the time is over. */
  run(options: { untilMs: number; isDone: () => boolean }): void
}

type Entry = { atMs: number; order: number; act: () => void }

export function createTimeline(startMs: number): Timeline {
  const heap: Entry[] = []
  let nowMs = startMs
  let order = 0
  const isBefore = (a: Entry, b: Entry): boolean =>
    a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i] as Entry, heap[j] as Entry]
    heap[i] = b
    heap[j] = a
  }
  const push = (entry: Entry): void => {
    let at = heap.push(entry) - 1
    while (at > 0 && isBefore(heap[at] as Entry, heap[(at - 1) >> 1] as Entry)) {
      swap(at, (at - 1) >> 1)
      at = (at - 1) >> 1
    }
  }
  const pop = (): Entry => {
    swap(0, heap.length - 1)
    const first = heap.pop() as Entry
    for (let at = 0; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && isBefore(heap[child] as Entry, heap[least] as Entry))
          least = child
      if (least === at) return first
      swap(at, least)
      at = least
    }
  }

  return {
    nowMs: () => nowMs,
    after: (delayMs, act) => push({ atMs: nowMs + delayMs, order: order++, act }),
    run({ untilMs, isDone }) {
      while (heap.length > 0 && !isDone()) {
        if ((heap[0] as Entry).atMs > untilMs) return
        const { atMs, act } = pop()
        nowMs = atMs
        act()
      }
    },
  }
}

/** A whole number of [from, to]. */
export function between(random: Random, from: number, to: number): number {
  return from + Math.floor(random.float() * (to - from + 1))
}

/** True with probability `p`. */
export function chance(random: Random, p: number): boolean {
  return random.float() < p
}
