import type { Address, TaskId } from '@millrace/base'
import { createAllotment } from './assign.ts'
import { ballotsOf, doubtedIn } from './ballots.ts'
import { recount } from './evaluate.ts'
import { type Batch, dealOf, isAlive, type PoolState, taskOf } from './state.ts'
import { endReplicas, tellCancelled } from './strikes.ts'
import { log, outgoingTo, pushTo, record, type Turn } from './turn.ts'

/** Puts tasks into other open batches; workers that are done with them are asked to bind themselves again. */
export function moveTasks(turn: Turn, tasks: readonly TaskId[], { from }: { from: number }): void {
  if (tasks.length === 0) return
  const { state, policy, nowMs } = turn
  const allot = createAllotment(state, policy.batchTasks, { above: from })
  const groups = new Map<number, TaskId[]>()
  for (const taskId of tasks) pushTo(groups, allot(), taskId)
  const untilMs = nowMs + policy.answerMs
  for (const [nonce, moved] of groups) {
    record(turn, { kind: 'moved', nonce, tasks: moved, untilMs, atMs: nowMs })
    for (const taskId of moved) askAgain(turn, taskId, nonce)
  }
  watchAnswers(turn, tasks, untilMs)
}

function askAgain(turn: Turn, taskId: TaskId, nonce: number): void {
  const { live } = turn.state
  live.asked.delete(taskId)
  live.early.delete(taskId)
  live.dirty.add(taskId)
  for (const replica of taskOf(turn.state, taskId).replicas) {
    if (!isAlive(replica)) continue
    const outgoing = outgoingTo(turn, replica.worker)
    if (outgoing !== undefined) pushTo(outgoing.recommit, nonce, taskId)
  }
}

/** Workers that had a result answer at once; the leases of the others go on as they were. */
function watchAnswers(turn: Turn, tasks: readonly TaskId[], untilMs: number): void {
  const byWorker = new Map<Address, TaskId[]>()
  for (const taskId of tasks)
    for (const { worker, state } of taskOf(turn.state, taskId).replicas)
      if (state === 'finished') pushTo(byWorker, worker, taskId)
  for (const [worker, held] of byWorker)
    turn.state.live.timers.set(untilMs, { kind: 'lease', worker, tasks: held })
}

/**
 * Gives a batch up: the replicas of workers whose part it lacks are lost, the others bind themselves
 * again under other batches. What the chain has of it stays there and binds nobody.
 */
export function abandonBatch(
  turn: Turn,
  batch: Batch,
  { absent, cause }: { absent: Address[]; cause: string },
): void {
  const { state, policy, nowMs } = turn
  const { nonce, isTrusted } = batch
  const workers = isTrusted ? [] : [...ballotsOf(state, batch).keys()]
  const tasks = [...batch.tasks]
  const untilMs = nowMs + policy.answerMs
  record(turn, { kind: 'abandoned', nonce, absent, cause, untilMs, atMs: nowMs })
  for (const worker of absent) tellCancelled(turn, { worker, tasks, cause })
  log(turn, 'warn', 'batch abandoned', { nonce, cause, absent, tasks: tasks.length })
  state.live.txFailures.delete(nonce)
  state.live.revealEnds.delete(nonce)
  refreshSuspects(state)
  for (const worker of workers) recount(state, worker)
  const alive = giveUpHopeless(turn, dropEnded(turn, tasks))
  if (!isTrusted) moveTasks(turn, alive, { from: nonce })
}

/** Tasks of a deal that is over cannot come on chain any more; gives those that can. */
function dropEnded(turn: Turn, tasks: readonly TaskId[]): TaskId[] {
  const { state } = turn
  const ended: TaskId[] = []
  for (const taskId of tasks) {
    const task = state.tasks.get(taskId)
    if (task === undefined || dealOf(state, task).status === 'open') continue
    ended.push(taskId)
    for (const { worker } of task.replicas.filter(isAlive))
      tellCancelled(turn, { worker, tasks: [taskId], cause: 'its deal is over' })
  }
  if (ended.length > 0) record(turn, { kind: 'dropped', tasks: ended })
  return tasks.filter((taskId) => state.tasks.has(taskId))
}

/** A task that batch after batch could not settle with is given up, so that it stops no other. */
function giveUpHopeless(turn: Turn, tasks: readonly TaskId[]): TaskId[] {
  return tasks.filter((taskId) => {
    const task = turn.state.tasks.get(taskId)
    if (task === undefined) return false
    if (task.abandoned < turn.policy.maxAbandoned) return true
    giveUp(turn, taskId, `${task.abandoned} batches failed, last: ${task.cause}`)
    return false
  })
}

export function giveUp(turn: Turn, taskId: TaskId, cause: string): void {
  const task = taskOf(turn.state, taskId)
  for (const { worker } of task.replicas.filter(isAlive)) {
    endReplicas(turn, { worker, tasks: [taskId], as: 'lost', cause })
    tellCancelled(turn, { worker, tasks: [taskId], cause })
  }
  record(turn, { kind: 'stuck', taskId, cause })
  const { dealId, index } = task
  log(turn, 'error', 'task given up', { taskId, dealId, index, cause })
}

/** Suspects are those outvoted, or silent for too long, in a batch that is still on its way. */
export function refreshSuspects(state: PoolState): void {
  const before = [...state.live.suspects]
  state.live.suspects.clear()
  for (const batch of state.batches.values()) {
    if (batch.stage === 'open') continue
    for (const worker of doubtedIn(state, batch)) state.live.suspects.add(worker)
  }
  for (const worker of before) if (!state.live.suspects.has(worker)) recount(state, worker)
}
