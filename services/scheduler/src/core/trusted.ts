import type { TaskId } from '@millrace/base'
import type { PoolEvent } from './events.ts'
import { hasFreshWork, wakeAt } from './seal.ts'
import { bySlot } from './slots.ts'
import { isAlive, liveReplica, type Task, taskOf } from './state.ts'
import { dropWorker, endReplicas, tellCancelled } from './strikes.ts'
import { settleBatch } from './transactions.ts'
import { record, type Turn } from './turn.ts'

/** The bytes of a deal that takes the pool's word were fetched and hashed. */
export function onTrustedChecked(
  turn: Turn,
  task: Task,
  { worker, cid, digest, outcome }: Extract<PoolEvent, { kind: 'resultChecked' }>,
): void {
  if (task.stage !== 'open') return
  const replica = liveReplica(task, worker)
  if (replica?.state !== 'reported' || replica.cid !== cid || replica.digest !== digest) return
  if (!outcome.isRight) {
    const tasks = [task.taskId]
    endReplicas(turn, { worker, tasks, as: 'failed', cause: outcome.cause })
    tellCancelled(turn, { worker, tasks, cause: outcome.cause })
    dropWorker(turn, worker, outcome.cause)
    return
  }
  const others = task.replicas.filter((other) => isAlive(other) && other !== replica)
  for (const other of others) {
    const ending = { worker: other.worker, tasks: [task.taskId], cause: 'another was faster' }
    endReplicas(turn, { ...ending, as: 'lost' })
    tellCancelled(turn, ending)
  }
  record(turn, { kind: 'checked', items: [[task.taskId, cid]], atMs: turn.nowMs })
}

/** Settles checked tasks together: as many as fit, or those there are when nothing else is coming. */
export function settleDueTrusted(turn: Turn): void {
  const { state, policy, nowMs } = turn
  const { checked } = state.index
  while (checked.size >= policy.batchTasks) settleSome(turn)
  const oldestMs = checked.values().next().value
  if (oldestMs === undefined) return
  const isIdle = state.index.open.trusted === 0 && !hasFreshWork(turn, { trusted: true })
  const dueMs = oldestMs + policy.batchAgeMs
  if (isIdle || nowMs >= dueMs) settleSome(turn)
  else wakeAt(turn, 0, dueMs)
}

function settleSome(turn: Turn): void {
  const { state, policy, nowMs } = turn
  const chosen: TaskId[] = [...state.index.checked.keys()].slice(0, policy.batchTasks)
  const tasks = chosen.map((taskId) => taskOf(state, taskId)).sort(bySlot)
  const nonce = state.nextNonce
  const order = tasks.map(({ taskId }) => taskId)
  record(turn, { kind: 'trusted', nonce, tasks: order, atMs: nowMs })
  const batch = state.batches.get(nonce)
  if (batch !== undefined) settleBatch(turn, batch)
}
