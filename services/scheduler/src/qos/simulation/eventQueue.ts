/** Things to come, the earliest first; of equal times the one that was added first. */
export type EventQueue<T> = {
  add(atSec: number, item: T): void
  take(): { atSec: number; item: T } | undefined
}

type Entry<T> = { atSec: number; number: number; item: T }

/** An empty queue: a binary heap. */
export function createEventQueue<T>(): EventQueue<T> {
  const heap: Entry<T>[] = []
  let added = 0
  return {
    add: (atSec, item) => {
      heap.push({ atSec, number: added++, item })
      siftUp(heap)
    },
    take: () => {
      const [first] = heap
      const last = heap.pop()
      if (first === undefined || last === undefined) return undefined
      if (first !== last) {
        heap[0] = last
        siftDown(heap)
      }
      return { atSec: first.atSec, item: first.item }
    },
  }
}

const isBefore = <T>(a: Entry<T>, b: Entry<T>): boolean =>
  a.atSec < b.atSec || (a.atSec === b.atSec && a.number < b.number)

function siftUp<T>(heap: Entry<T>[]): void {
  let at = heap.length - 1
  const moved = heap[at] as Entry<T>
  while (at > 0) {
    const above = (at - 1) >> 1
    const other = heap[above] as Entry<T>
    if (isBefore(other, moved)) break
    heap[at] = other
    at = above
  }
  heap[at] = moved
}

function siftDown<T>(heap: Entry<T>[]): void {
  let at = 0
  const moved = heap[0] as Entry<T>
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
    if (left === undefined) break
    const isRight = right !== undefined && isBefore(right, left)
    const least = isRight ? right : left
    if (isBefore(moved, least)) break
    heap[at] = least
    at = 2 * at + (isRight ? 2 : 1)
  }
  heap[at] = moved
}
