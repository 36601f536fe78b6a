import type { TaskId } from '@millrace/base'
import { abandonBatch } from './abandon.ts'
import { onRevealsDue } from './absence.ts'
import { refusePublishers } from './reveal.ts'
import { missingSeals } from './seal.ts'
import { liveReplica, type ReplicaState } from './state.ts'
import { dropWorker, endReplicas, tellCancelled } from './strikes.ts'
import type { Timer } from './timers.ts'
import type { Turn } from './turn.ts'

type Due<K extends Timer['kind']> = Extract<Timer, { kind: K }>

/** Executions of which nothing was heard in time are given to others. */
export function onLease(turn: Turn, { worker, tasks }: Due<'lease'>): void {
  const late = tasks.filter((taskId) => {
    const replica = replicaOf(turn, { worker, taskId, states: ['assigned', 'finished'] })
    return replica !== undefined && replica.untilMs <= turn.nowMs
  })
  loseLate(turn, { worker, tasks: late, cause: 'did not answer before its lease ended' })
}

/** A worker that is bound but does not say to what kind of result holds everybody up. */
export function onAnswerDue(turn: Turn, { worker, tasks }: Due<'answer'>): void {
  const late = tasks.filter((taskId) => {
    const isAsked = turn.state.live.asked.get(taskId)?.has(worker) === true
    return isAsked && replicaOf(turn, { worker, taskId, states: ['committed'] }) !== undefined
  })
  loseLate(turn, { worker, tasks: late, cause: 'did not send its tag in time' })
}

function replicaOf(
  turn: Turn,
  {
    worker,
    taskId,
    states,
  }: { worker: Due<'lease'>['worker']; taskId: TaskId; states: ReplicaState[] },
) {
  const task = turn.state.tasks.get(taskId)
  const replica = task && liveReplica(task, worker)
  return replica !== undefined && states.includes(replica.state) ? replica : undefined
}

function loseLate(
  turn: Turn,
  { worker, tasks, cause }: { worker: Due<'lease'>['worker']; tasks: TaskId[]; cause: string },
): void {
  const ended = endReplicas(turn, { worker, tasks, as: 'lost', cause })
  tellCancelled(turn, { worker, tasks: ended, cause })
  if (ended.length > 0) dropWorker(turn, worker, cause)
}

/** A batch waits for seals and reveals no longer than this: who is missing is dropped. */
export function onStageDue(turn: Turn, { nonce, sinceMs }: Due<'batchStage'>): void {
  const { state } = turn
  const batch = state.batches.get(nonce)
  if (batch === undefined || batch.sinceMs !== sinceMs) return
  if (batch.stage === 'revealing') onRevealsDue(turn, batch)
  if (batch.stage !== 'sealing') return
  const absent = missingSeals(state, batch)
  if (absent.length === 0) return
  const cause = `did not sign for its part of batch ${nonce} in time`
  for (const worker of absent) dropWorker(turn, worker, cause)
  abandonBatch(turn, batch, { absent, cause })
}

export function onPublishDue(turn: Turn, { nonce, tasks }: Due<'publish'>): void {
  const { state, policy } = turn
  const batch = state.batches.get(nonce)
  if (batch?.stage !== 'revealing') return
  const cause = `did not publish within ${policy.publishMs / 1000} s`
  const refusals = tasks.flatMap((taskId) => {
    const task = state.tasks.get(taskId)
    const isMissing = task?.nonce === nonce && task.cid === undefined
    if (!isMissing || task.publisher === undefined || state.live.checking.has(taskId)) return []
    return [{ task, worker: task.publisher, cause }]
  })
  if (refusals.length > 0) refusePublishers(turn, batch, refusals)
}
