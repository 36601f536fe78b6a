import type { Address, TaskId } from '@millrace/base'
import { liveReplica, type PoolState } from './state.ts'
import { changeMeans, log, outgoingTo, pushTo, record, type Turn } from './turn.ts'

/** Keeps a worker from new work for a while that doubles each time, and keeps the cause. */
export function dropWorker(turn: Turn, worker: Address, cause: string): void {
  const { state, policy, nowMs } = turn
  const strikes = state.workers.get(worker)?.strikes ?? 0
  const pauseMs = Math.min(policy.maxPauseMs, policy.pauseMs * 2 ** strikes)
  const untilMs = nowMs + pauseMs
  record(turn, { kind: 'paused', worker, untilMs, cause })
  state.live.timers.set(untilMs, { kind: 'replan' })
  changeMeans(state)
  log(turn, 'warn', 'worker dropped', { worker, cause, pauseSec: Math.round(pauseMs / 1000) })
}

export function isPaused({ workers }: PoolState, worker: Address, nowMs: number): boolean {
  return (workers.get(worker)?.pausedUntilMs ?? 0) > nowMs
}

export type Ending = {
  worker: Address
  tasks: readonly TaskId[]
  as: 'lost' | 'failed'
  isTasksOwn?: true | undefined
  cause: string
}

/**
 * Ends a worker's replicas of tasks that are not sealed: those are a matter of their batch. The worker
 * is told unless it said so itself.
 */
export function endReplicas(
  turn: Turn,
  { worker, tasks, as, isTasksOwn, cause }: Ending,
): TaskId[] {
  const { state, nowMs } = turn
  const ended = tasks.filter((taskId) => {
    const task = state.tasks.get(taskId)
    return task !== undefined && task.stage !== 'sealed' && liveReplica(task, worker) !== undefined
  })
  if (ended.length === 0) return ended
  const whose = isTasksOwn === true ? { isTasksOwn } : {}
  record(turn, { kind: 'ended', worker, tasks: ended, as, ...whose, cause, atMs: nowMs })
  state.live.isPlanNeeded = true
  for (const taskId of ended) {
    state.live.dirty.add(taskId)
    state.live.asked.get(taskId)?.delete(worker)
  }
  return ended
}

/** Tells a worker that tasks are no longer its own. */
export function tellCancelled(
  turn: Turn,
  { worker, tasks, cause }: { worker: Address; tasks: readonly TaskId[]; cause: string },
): void {
  const outgoing = outgoingTo(turn, worker)
  if (outgoing === undefined) return
  for (const taskId of tasks) pushTo(outgoing.cancel, cause, taskId)
}
