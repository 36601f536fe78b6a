import { type Address, type TaskId, type UnixSeconds, unixSeconds } from '@millrace/base'
import { isAlive, liveReplica, type Replica, type Task } from './state.ts'
import { outgoingTo, pushTo, record, type Turn } from './turn.ts'

/** A chain may date a commit so much before the pool's clock. */
const CLOCK_MARGIN_MS = 2000

/** End of the receipts that are given in this turn. */
export function receiptEnd({ nowMs, policy }: Turn): UnixSeconds {
  return unixSeconds(Math.ceil((nowMs + policy.receiptMs) / 1000))
}

/**
 * Gives a worker receipts for what it is bound to, with this turn's end. A worker that is not connected
 * gets them when it comes back.
 */
export function giveReceipts(turn: Turn, worker: Address, tasks: readonly Task[]): void {
  const given: TaskId[] = []
  for (const task of tasks) {
    const commitment = liveReplica(task, worker)?.commitment
    const outgoing = outgoingTo(turn, worker)
    if (commitment === undefined || outgoing === undefined) continue
    const { taskId, nonce } = task
    pushTo(outgoing.receipts, nonce, { taskId, commitment })
    given.push(taskId)
  }
  if (given.length > 0)
    record(turn, { kind: 'receipted', worker, tasks: given, until: receiptEnd(turn) })
}

/** True if a worker may be asked for its tag: its receipt covers the way to the commit. */
export function isCovered({ nowMs, policy }: Turn, { receiptUntil }: Replica): boolean {
  return receiptUntil * 1000 >= nowMs + policy.receiptMs * COVER
}

/** Share of a receipt's time that is left when tags are asked for; workers demand their own least. */
const COVER = 0.8

/** Receipts of workers whose votes the task has lost, that still hold: it waits for their end. */
export function owedReceipts(task: Task, nowMs: number): { worker: Address; endsMs: number }[] {
  const voting = new Set(task.replicas.filter(isAlive).map(({ worker }) => worker))
  return task.replicas.flatMap(({ worker, receiptUntil }) => {
    const endsMs = receiptUntil * 1000 + CLOCK_MARGIN_MS
    const isOwed = receiptUntil > 0 && !voting.has(worker) && endsMs > nowMs
    return isOwed ? [{ worker, endsMs }] : []
  })
}
