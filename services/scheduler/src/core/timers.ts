import type { Address, DealId, TaskId } from '@millrace/base'

/** Something to look at again when its time comes; what it finds then decides. */
export type Timer =
  | { kind: 'lease'; worker: Address; tasks: TaskId[] }
  | { kind: 'answer'; worker: Address; tasks: TaskId[] }
  | { kind: 'gone'; worker: Address }
  | { kind: 'batchAge' }
  | { kind: 'batchStage'; nonce: number; sinceMs: number }
  | { kind: 'receipt'; taskId: TaskId }
  | { kind: 'absence'; nonce: number }
  | { kind: 'publish'; nonce: number; tasks: TaskId[] }
  | { kind: 'transaction'; nonce: number }
  | { kind: 'deal'; dealId: DealId }
  | { kind: 'forget'; dealId: DealId }
  | { kind: 'standing'; worker: Address }
  | { kind: 'replan' }

type Entry = { atMs: number; order: number; timer: Timer }

/** A binary heap: earliest first, equal times in the order they were set. */
export type Timers = {
  set(atMs: number, timer: Timer): void
  /** Takes out the earliest that is due. */
  due(nowMs: number): Timer | undefined
  /** When the earliest is due. */
  nextMs(): number | undefined
  clear(): void
}

export function createTimers(): Timers {
  const heap: Entry[] = []
  let order = 0
  const isBefore = (a: Entry, b: Entry): boolean =>
    a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

  return {
    set(atMs, timer) {
      heap.push({ atMs, order: order++, timer })
      siftUp(heap, isBefore)
    },
    due(nowMs) {
      const first = heap[0]
      if (first === undefined || first.atMs > nowMs) return undefined
      const last = heap.pop() as Entry
      if (heap.length > 0) {
        heap[0] = last
        siftDown(heap, isBefore)
      }
      return first.timer
    },
    nextMs: () => heap[0]?.atMs,
    clear() {
      heap.length = 0
    },
  }
}

function siftUp(heap: Entry[], isBefore: (a: Entry, b: Entry) => boolean): void {
  let at = heap.length - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const [child, above] = [heap[at] as Entry, heap[parent] as Entry]
    if (!isBefore(child, above)) return
    heap[at] = above
    heap[parent] = child
    at = parent
  }
}

function siftDown(heap: Entry[], isBefore: (a: Entry, b: Entry) => boolean): void {
  let at = 0
  for (;;) {
    const [left, right] = [2 * at + 1, 2 * at + 2]
    let first = at
    for (const child of [left, right])
      if (child < heap.length && isBefore(heap[child] as Entry, heap[first] as Entry)) first = child
    if (first === at) return
    const [a, b] = [heap[at] as Entry, heap[first] as Entry]
    heap[at] = b
    heap[first] = a
    at = first
  }
}
