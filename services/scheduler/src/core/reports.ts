import type { Address, Hex32, ResultDigest, TaskId } from '@millrace/base'
import type { SessionMessage } from './events.ts'
import { giveReceipts } from './receipts.ts'
import {
  dealOf,
  isTrustedDeal,
  liveReplica,
  type PoolState,
  type Replica,
  type Task,
  taskOf,
} from './state.ts'
import { loadOf } from './stateIndex.ts'
import { dropWorker, endReplicas, isPaused, tellCancelled } from './strikes.ts'
import { outgoingTo, record, type Turn } from './turn.ts'

type Message<T extends SessionMessage['type']> = Extract<SessionMessage, { type: T }>

/** Results are done but hidden: bind them, and answer with receipts once that is durable. */
export function onCommitments(
  turn: Turn,
  worker: Address,
  { items }: Message<'commitments'>,
): void {
  const accepted = new Map<TaskId, Hex32>()
  const bound = new Set<TaskId>()
  let done = 0
  for (const item of items) {
    const replica = boundBy(turn, worker, item)
    if (replica === undefined || accepted.has(item.taskId)) continue
    const { taskId, commitment } = item
    if (replica.state === 'assigned') done++
    if (replica.commitment === undefined) accepted.set(taskId, commitment)
    bound.add(taskId)
    turn.state.live.dirty.add(taskId)
  }
  noteDone(turn, worker, done)
  if (accepted.size > 0)
    record(turn, { kind: 'committed', worker, items: [...accepted], atMs: turn.nowMs })
  giveReceipts(
    turn,
    worker,
    [...bound].map((taskId) => taskOf(turn.state, taskId)),
  )
}

/** The replica that a commitment is good for: of an open task, in its batch, and the only one. */
function boundBy(
  turn: Turn,
  worker: Address,
  { taskId, nonce, commitment }: Message<'commitments'>['items'][number],
): Replica | undefined {
  const task = openTask(turn, worker, taskId)
  if (task === undefined || task.nonce === 0 || BigInt(task.nonce) !== nonce) return undefined
  const replica = answering(turn, task, worker)
  const known = replica?.commitment
  if (known === undefined || known === commitment) return replica
  breakWord(turn, worker, taskId)
  return undefined
}

function breakWord(turn: Turn, worker: Address, taskId: TaskId): void {
  const cause = 'bound itself to two results of one task'
  endReplicas(turn, { worker, tasks: [taskId], as: 'failed', cause })
  tellCancelled(turn, { worker, tasks: [taskId], cause })
  dropWorker(turn, worker, cause)
}

export function onTags(turn: Turn, worker: Address, { items }: Message<'tags'>): void {
  const accepted: [TaskId, Hex32][] = []
  for (const { taskId, tag } of items) {
    const task = turn.state.tasks.get(taskId)
    if (task?.stage !== 'open' || liveReplica(task, worker)?.state !== 'committed') continue
    accepted.push([taskId, tag])
    turn.state.live.dirty.add(taskId)
  }
  if (accepted.length > 0)
    record(turn, { kind: 'tagged', worker, items: accepted, atMs: turn.nowMs })
}

/** Results of deals that take the pool's word: the pool looks at the bytes itself. */
export function onResults(turn: Turn, worker: Address, { items }: Message<'results'>): void {
  const accepted = new Map<TaskId, [TaskId, ResultDigest, string]>()
  let done = 0
  for (const { taskId, digest, cid } of items) {
    const task = openTask(turn, worker, taskId)
    if (task === undefined || !isTrusted(turn.state, task)) continue
    const replica = answering(turn, task, worker)
    if (replica === undefined || replica.state === 'reported' || accepted.has(taskId)) continue
    done++
    accepted.set(taskId, [taskId, digest, cid])
    checkBytes(turn, task, { worker, digest, cid })
  }
  noteDone(turn, worker, done)
  if (accepted.size > 0) {
    const reported = [...accepted.values()]
    record(turn, { kind: 'reported', worker, items: reported, atMs: turn.nowMs })
  }
}

/** Results are archives of at most the deal's disk, standard output, standard error and headers. */
export function checkBytes(
  turn: Turn,
  task: Task,
  { worker, digest, cid }: { worker: Address; digest: ResultDigest; cid: string },
): void {
  const { terms } = dealOf(turn.state, task)
  turn.state.live.checking.add(task.taskId)
  const maxBytes = (terms.diskMiB + STREAMS_MIB) * 1024 * 1024
  turn.effects.push({ kind: 'checkResult', taskId: task.taskId, worker, cid, digest, maxBytes })
}

/** Standard output has at most 64 MiB in any manifest; the rest is standard error and headers. */
const STREAMS_MIB = 68

export function onFailed(turn: Turn, worker: Address, { items }: Message<'failed'>): void {
  let done = 0
  for (const { taskId, code, message } of items) {
    const task = turn.state.tasks.get(taskId)
    const replica = task && liveReplica(task, worker)
    if (replica?.state === 'assigned') done++
    const as = RETURNED.has(code) ? 'lost' : 'failed'
    const isTasksOwn = TASKS_OWN.has(code) || undefined
    const cause = `${code}: ${message}`.slice(0, 500)
    endReplicas(turn, { worker, tasks: [taskId], as, isTasksOwn, cause })
  }
  noteDone(turn, worker, done)
  const failedInRow = turn.state.workers.get(worker)?.failedInRow ?? 0
  const last = items.at(-1)
  if (failedInRow < turn.policy.maxFailuresInRow || isPaused(turn.state, worker, turn.nowMs)) return
  dropWorker(
    turn,
    worker,
    `failed ${failedInRow} tasks in a row, last ${last?.code}: ${last?.message}`,
  )
}

/** Not a failure of the task or the machine: the worker hands it back. */
const RETURNED = new Set(['WORKER_LEAVING', 'ASSIGNMENT_REFUSED', 'LEASE_ENDED', 'NOT_HELD'])

/**
 * What a buyer or the author of an app can bring about. Were it held against workers, a bag of endless
 * tasks, which costs nothing as it never settles, would drop all workers of the pool.
 */
const TASKS_OWN = new Set(['RUN_TIMEOUT', 'INPUT_UNAVAILABLE', 'PROGRAM_REFUSED', 'DEAL_UNUSABLE'])

/** The task if votes on it are still missing; else the worker is told to forget it. */
function openTask(turn: Turn, worker: Address, taskId: TaskId): Task | undefined {
  const task = turn.state.tasks.get(taskId)
  if (task?.stage === 'open' || task?.stage === 'sealed' || task?.stage === 'agreed')
    return task.stage === 'open' ? task : undefined
  if (turn.state.live.past.has(taskId)) outgoingTo(turn, worker)?.settled.push(taskId)
  else tellCancelled(turn, { worker, tasks: [taskId], cause: 'the pool does not need it any more' })
  return undefined
}

/** The replica an answer is about: also one given up as late, as long as the task is open. */
function answering(turn: Turn, task: Task, worker: Address): Replica | undefined {
  const found = task.replicas.findLast((replica) => replica.worker === worker)
  if (found === undefined || found.state === 'failed' || isPaused(turn.state, worker, turn.nowMs))
    return liveReplica(task, worker)
  return found
}

function isTrusted(state: PoolState, task: Task): boolean {
  return isTrustedDeal(dealOf(state, task))
}

/** Learns how long tasks take on this worker from the pace of its reports. */
function noteDone(turn: Turn, worker: Address, done: number): void {
  const session = turn.state.live.sessions.get(worker)
  if (done === 0 || session?.advertisement === undefined) return
  turn.state.live.isPlanNeeded = true
  const busySlots = Math.min(session.advertisement.slots, Math.max(1, loadOf(turn.state, worker)))
  const sample = ((turn.nowMs - session.lastDoneMs) * busySlots) / done
  session.lastDoneMs = turn.nowMs
  session.taskMs = session.taskMs === undefined ? sample : 0.7 * session.taskMs + 0.3 * sample
}
