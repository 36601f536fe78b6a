import type { Address, TaskId } from '@millrace/base'
import {
  type Batch,
  dealOf,
  isAlive,
  isTrustedDeal,
  type PoolState,
  type Replica,
  type ReplicaState,
  type Task,
  type TaskStage,
} from './state.ts'

// The only writers of tasks, replicas and batch membership: they keep the derived index true.

export function addTask(state: PoolState, task: Task): void {
  state.tasks.set(task.taskId, task)
  const tasksOf = state.index.tasksOf.get(task.dealId) ?? new Set()
  state.index.tasksOf.set(task.dealId, tasksOf.add(task.taskId))
  enterStage(state, task)
  if (task.nonce !== 0) state.batches.get(task.nonce)?.tasks.add(task.taskId)
  for (const replica of task.replicas) enterReplica(state, task, replica)
}

export function removeTask(state: PoolState, task: Task): void {
  leaveStage(state, task)
  if (task.nonce !== 0) state.batches.get(task.nonce)?.tasks.delete(task.taskId)
  for (const replica of task.replicas) leaveReplica(state, task, replica)
  state.index.tasksOf.get(task.dealId)?.delete(task.taskId)
  state.tasks.delete(task.taskId)
  forgetTask(state, task)
}

export function addReplica(state: PoolState, task: Task, replica: Replica): void {
  task.replicas.push(replica)
  enterReplica(state, task, replica)
}

export function setReplica(
  state: PoolState,
  task: Task,
  replica: Replica,
  { to, atMs }: { to: ReplicaState; atMs: number },
): void {
  leaveReplica(state, task, replica)
  replica.state = to
  replica.changedMs = atMs
  enterReplica(state, task, replica)
}

export function setStage(state: PoolState, task: Task, stage: TaskStage): void {
  leaveStage(state, task)
  task.stage = stage
  enterStage(state, task)
}

/** Moves a task to another batch; 0 for none. */
export function setNonce(state: PoolState, task: Task, nonce: number): void {
  leaveStage(state, task)
  if (task.nonce !== 0) state.batches.get(task.nonce)?.tasks.delete(task.taskId)
  task.nonce = nonce
  if (nonce !== 0) state.batches.get(nonce)?.tasks.add(task.taskId)
  enterStage(state, task)
}

/** The batch of a nonce, made open when it is new. */
export function openBatch(state: PoolState, nonce: number, atMs: number): Batch {
  const found = state.batches.get(nonce)
  if (found !== undefined) return found
  const batch: Batch = {
    nonce,
    isTrusted: false,
    stage: 'open',
    sinceMs: atMs,
    firstAgreedMs: undefined,
    tasks: new Set(),
    signatures: new Map(),
    root: undefined,
    committedAt: undefined,
    reveals: new Map(),
    isOverdue: false,
    absent: new Set(),
  }
  state.batches.set(nonce, batch)
  state.nextNonce = Math.max(state.nextNonce, nonce + 1)
  return batch
}

export function countAgreed(state: PoolState, nonce: number): number {
  return state.index.agreed.get(nonce) ?? 0
}

export function loadOf(state: PoolState, worker: Address): number {
  return state.index.load.get(worker) ?? 0
}

export function heldBy(state: PoolState, worker: Address): ReadonlySet<TaskId> {
  return state.index.holding.get(worker) ?? NOTHING
}

const NOTHING: ReadonlySet<TaskId> = new Set()

function enterReplica(state: PoolState, task: Task, replica: Replica): void {
  if (!isAlive(replica)) return
  const held = state.index.holding.get(replica.worker) ?? new Set()
  state.index.holding.set(replica.worker, held.add(task.taskId))
  if (replica.state === 'assigned') addLoad(state, replica.worker, 1)
}

function leaveReplica(state: PoolState, task: Task, replica: Replica): void {
  if (!isAlive(replica)) return
  state.index.holding.get(replica.worker)?.delete(task.taskId)
  if (replica.state === 'assigned') addLoad(state, replica.worker, -1)
}

function addLoad(state: PoolState, worker: Address, change: number): void {
  state.index.load.set(worker, loadOf(state, worker) + change)
}

function enterStage(state: PoolState, task: Task): void {
  count(state, task, 1)
}

function leaveStage(state: PoolState, task: Task): void {
  count(state, task, -1)
}

function count(state: PoolState, task: Task, change: 1 | -1): void {
  const { index } = state
  if (task.stage === 'open') {
    const kind = isTrustedDeal(dealOf(state, task)) ? 'trusted' : 'voted'
    index.open[kind] += change
  }
  if (task.stage === 'agreed') index.agreed.set(task.nonce, countAgreed(state, task.nonce) + change)
  if (task.stage === 'checked') {
    if (change === 1) index.checked.set(task.taskId, task.readyMs ?? 0)
    else index.checked.delete(task.taskId)
  }
}

/** What sessions remember of a task ends with it. */
function forgetTask({ live }: PoolState, { taskId, dealId }: Task): void {
  if (live.wanting.delete(taskId)) live.wantingOf.set(dealId, (live.wantingOf.get(dealId) ?? 1) - 1)
  live.dirty.delete(taskId)
  live.asked.delete(taskId)
  live.checking.delete(taskId)
  live.early.delete(taskId)
}
