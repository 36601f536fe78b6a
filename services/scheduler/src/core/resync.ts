import type { Address, TaskId } from '@millrace/base'
import { sendAssignment, tellDeal } from './assign.ts'
import { giveReceipts } from './receipts.ts'
import { dealOf, isAlive, isTrustedDeal, liveReplica, type Task, taskOf } from './state.ts'
import { heldBy, loadOf } from './stateIndex.ts'
import { endReplicas, isPaused, tellCancelled } from './strikes.ts'
import { outgoingTo, pushTo, record, type Turn } from './turn.ts'

/**
 * Brings a worker that has come back into step: what it may have missed is sent again, what it lost
 * is given anew, what is over it may forget. Every message of it may arrive twice without harm.
 */
export function resync(turn: Turn, worker: Address, executions: ReadonlySet<TaskId>): void {
  const sealRequests = new Set<number>()
  const anchored = new Set<number>()
  for (const taskId of [...heldBy(turn.state, worker)]) {
    const task = taskOf(turn.state, taskId)
    if (task.stage === 'sealed') resyncSealed(turn, task, { worker, sealRequests, anchored })
    else resyncOpen(turn, task, { worker, isThere: executions.has(taskId) })
  }
  const outgoing = outgoingTo(turn, worker)
  outgoing?.sealRequests.push(...sealRequests)
  outgoing?.anchored.push(...anchored)
  for (const taskId of executions)
    if (!heldBy(turn.state, worker).has(taskId)) resyncForeign(turn, worker, taskId)
}

function resyncOpen(
  turn: Turn,
  task: Task,
  { worker, isThere }: { worker: Address; isThere: boolean },
): void {
  const { taskId, dealId, index, nonce } = task
  const replica = liveReplica(task, worker)
  const outgoing = outgoingTo(turn, worker)
  if (replica === undefined || outgoing === undefined) return
  const isTrusted = isTrustedDeal(dealOf(turn.state, task))
  tellDeal(turn, worker, dealId)
  if (replica.state === 'assigned' || replica.state === 'finished') {
    if (!isThere)
      sendAssignment(turn, { worker, taskId, dealId, index, nonce, untilMs: replica.untilMs })
    else if (!isTrusted) pushTo(outgoing.recommit, nonce, taskId)
  } else if (!isThere && !isTrusted) {
    const cause = 'came back without a result it was bound to'
    endReplicas(turn, { worker, tasks: [taskId], as: 'failed', cause })
  } else if (replica.state === 'committed' && replica.commitment !== undefined) {
    giveReceipts(turn, worker, [task])
    turn.state.live.asked.get(taskId)?.delete(worker)
    turn.state.live.dirty.add(taskId)
  }
}

function resyncSealed(
  turn: Turn,
  task: Task,
  {
    worker,
    sealRequests,
    anchored,
  }: { worker: Address; sealRequests: Set<number>; anchored: Set<number> },
): void {
  const batch = turn.state.batches.get(task.nonce)
  if (batch === undefined || batch.isTrusted) return
  if (batch.stage === 'sealing' && !batch.signatures.has(worker)) sealRequests.add(batch.nonce)
  if (batch.stage !== 'revealing') return
  if (!batch.reveals.has(worker)) anchored.add(batch.nonce)
  else if (task.publisher === worker && task.cid === undefined)
    outgoingTo(turn, worker)?.publish.push(task.taskId)
}

/** An execution that the pool does not count with: settled, given to another, or useful after all. */
function resyncForeign(turn: Turn, worker: Address, taskId: TaskId): void {
  const { state, policy, nowMs } = turn
  const task = state.tasks.get(taskId)
  if (task === undefined && state.live.past.has(taskId)) {
    outgoingTo(turn, worker)?.settled.push(taskId)
    return
  }
  const isNeeded = task?.stage === 'open' && isShort(turn, task) && !isPaused(state, worker, nowMs)
  const lost = task?.replicas.findLast((replica) => replica.worker === worker)
  if (task === undefined || !isNeeded || lost?.state !== 'lost') {
    const cause = 'the pool does not need it any more'
    tellCancelled(turn, { worker, tasks: [taskId], cause })
    return
  }
  const { dealId, index, nonce } = task
  const wallMs = dealOf(state, task).terms.wallSec * 1000
  const untilMs = nowMs + policy.leaseGraceMs + wallMs * (1 + loadOf(state, worker))
  const { owner } = lost
  record(turn, {
    kind: 'assigned',
    worker,
    owner,
    dealId,
    indices: [index],
    nonce,
    untilMs,
    atMs: nowMs,
  })
  state.live.timers.set(untilMs, { kind: 'lease', worker, tasks: [taskId] })
  state.live.dirty.add(taskId)
  tellDeal(turn, worker, dealId)
  sendAssignment(turn, { worker, taskId, dealId, index, nonce, untilMs })
}

function isShort({ state }: Turn, task: Task): boolean {
  return state.live.wanting.has(task.taskId) || !task.replicas.some(isAlive)
}
