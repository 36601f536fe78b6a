import type { Address } from '@millrace/base'
import { hashDeal } from '@millrace/protocol'
import { APPLY_BATCH, endReplica } from './applyBatch.ts'
import type { Fact } from './facts.ts'
import {
  type Deal,
  isOver,
  isSettled,
  liveReplica,
  type PoolState,
  type Replica,
  setBit,
  type Task,
  taskOf,
  type WorkerRecord,
} from './state.ts'
import {
  addReplica,
  addTask,
  openBatch,
  removeTask,
  setNonce,
  setReplica,
  setStage,
} from './stateIndex.ts'
import { taskIdOf } from './taskIds.ts'

/** Changes the durable state by one fact; the same for what happens now and for what is replayed. */
export function apply(state: PoolState, fact: Fact): void {
  const applyFact = APPLY[fact.kind] as (state: PoolState, fact: Fact) => void
  applyFact(state, fact)
}

type Of<K extends Fact['kind']> = Extract<Fact, { kind: K }>

const APPLY: { [K in Fact['kind']]: (state: PoolState, fact: Of<K>) => void } = {
  ...APPLY_BATCH,
  dealOpened: openDeal,
  dealClosed: closeDeal,
  dealForgotten: (state, { dealId }) => {
    state.deals.delete(dealId)
    state.index.tasksOf.delete(dealId)
  },
  assigned: assign,
  committed: bind,
  receipted: (state, { worker, tasks, until }) => {
    for (const taskId of tasks) {
      const replica = replicaOf(taskOf(state, taskId), worker)
      replica.receiptUntil = Math.max(replica.receiptUntil, until)
    }
  },
  tagged: tag,
  reported: report,
  ended: end,
  settled: settle,
  spoiled: spoil,
  stuck: giveUp,
  paused: pause,
  nonceSeen: (state, { nonce }) => {
    state.nextNonce = Math.max(state.nextNonce, nonce + 1)
  },
  cursor: (state, { number, hash }) => {
    state.cursor = { number, hash }
  },
}

function openDeal(state: PoolState, { terms, atMs }: Of<'dealOpened'>): void {
  const dealId = hashDeal(terms)
  const deal: Deal = {
    dealId,
    terms,
    status: 'open',
    openedMs: atMs,
    closedMs: undefined,
    next: 0,
    settled: 0,
    settledBits: new Uint8Array(Math.ceil(terms.volume / 8)),
    spoiled: 0,
    spoiledBits: new Uint8Array(Math.ceil(terms.volume / 8)),
    doneBy: {},
  }
  state.deals.set(dealId, deal)
  state.index.openDeals.add(dealId)
}

function closeDeal(state: PoolState, { dealId, status, atMs }: Of<'dealClosed'>): void {
  const deal = state.deals.get(dealId)
  if (deal === undefined) return
  deal.status = status
  state.index.openDeals.delete(dealId)
  // A batch on chain may still settle what it holds of a late deal.
  for (const taskId of state.index.tasksOf.get(dealId) ?? []) {
    const task = taskOf(state, taskId)
    if (status !== 'late' || !isAnchored(state, task)) removeTask(state, task)
  }
  if (status !== 'late') deal.closedMs = atMs
}

function isAnchored(state: PoolState, { nonce }: Task): boolean {
  const stage = state.batches.get(nonce)?.stage
  return stage === 'revealing' || stage === 'settling'
}

function assign(state: PoolState, fact: Of<'assigned'>): void {
  const { worker, owner, dealId, indices, nonce, untilMs, atMs } = fact
  const deal = state.deals.get(dealId)
  if (deal === undefined) return
  if (nonce !== 0) openBatch(state, nonce, atMs)
  recordOf(state, worker, owner)
  for (const index of indices) {
    const taskId = taskIdOf(dealId, index)
    const task = state.tasks.get(taskId) ?? startTask(state, deal, { taskId, index, nonce, atMs })
    addReplica(state, task, newReplica({ worker, owner, untilMs, atMs }))
  }
}

function startTask(
  state: PoolState,
  deal: Deal,
  { taskId, index, nonce, atMs }: Pick<Task, 'taskId' | 'index' | 'nonce'> & { atMs: number },
): Task {
  const task: Task = {
    taskId,
    dealId: deal.dealId,
    index,
    nonce,
    stage: 'open',
    startedMs: atMs,
    replicas: [],
    readyMs: undefined,
    winner: undefined,
    publisher: undefined,
    refused: [],
    cid: undefined,
    abandoned: 0,
    cause: undefined,
  }
  addTask(state, task)
  deal.next = Math.max(deal.next, index + 1)
  return task
}

function newReplica({
  worker,
  owner,
  untilMs,
  atMs,
}: Pick<Replica, 'worker' | 'owner' | 'untilMs'> & { atMs: number }): Replica {
  return {
    worker,
    owner,
    state: 'assigned',
    assignedMs: atMs,
    untilMs,
    changedMs: atMs,
    commitment: undefined,
    tag: undefined,
    digest: undefined,
    cid: undefined,
    receiptUntil: 0,
    cause: undefined,
  }
}

function bind(state: PoolState, { worker, items, atMs }: Of<'committed'>): void {
  for (const [taskId, commitment] of items) {
    const task = taskOf(state, taskId)
    const replica = replicaOf(task, worker)
    replica.commitment = commitment
    replica.cause = undefined
    setReplica(state, task, replica, { to: 'committed', atMs })
  }
}

function tag(state: PoolState, { worker, items, atMs }: Of<'tagged'>): void {
  for (const [taskId, value] of items) {
    const task = taskOf(state, taskId)
    const replica = replicaOf(task, worker)
    replica.tag = value
    setReplica(state, task, replica, { to: 'tagged', atMs })
  }
}

function report(state: PoolState, { worker, items, atMs }: Of<'reported'>): void {
  for (const [taskId, digest, cid] of items) {
    const task = taskOf(state, taskId)
    const replica = replicaOf(task, worker)
    replica.digest = digest
    replica.cid = cid
    replica.cause = undefined
    setReplica(state, task, replica, { to: 'reported', atMs })
  }
}

function end(state: PoolState, { worker, tasks, as, isTasksOwn, cause, atMs }: Of<'ended'>): void {
  for (const taskId of tasks) {
    const task = taskOf(state, taskId)
    const replica = liveReplica(task, worker)
    if (replica === undefined) continue
    endReplica(state, task, replica, { as, cause, atMs })
    if (as === 'lost') continue
    const record = recordOf(state, worker, replica.owner)
    record.failed++
    if (isTasksOwn !== true) record.failedInRow++
  }
}

function settle(state: PoolState, { dealId, indices }: Of<'settled'>): void {
  const deal = state.deals.get(dealId)
  if (deal === undefined) return
  for (const index of indices) {
    if (isSettled(deal, index)) continue
    setBit(deal.settledBits, index)
    deal.settled++
    const task = state.tasks.get(taskIdOf(dealId, index))
    if (task === undefined) continue
    for (const replica of task.replicas) if (hasWon(task, replica)) reward(state, deal, replica)
    removeTask(state, task)
  }
}

function spoil(state: PoolState, { dealId, indices }: Of<'spoiled'>): void {
  const deal = state.deals.get(dealId)
  if (deal === undefined) return
  for (const index of indices) {
    if (isOver(deal, index)) continue
    setBit(deal.spoiledBits, index)
    deal.spoiled++
    const task = state.tasks.get(taskIdOf(dealId, index))
    if (task !== undefined) removeTask(state, task)
  }
}

function hasWon(task: Task, replica: Replica): boolean {
  if (replica.state === 'reported') return true
  return replica.state === 'tagged' && replica.tag === task.winner
}

function reward(state: PoolState, deal: Deal, { worker, owner }: Replica): void {
  deal.doneBy[worker] = (deal.doneBy[worker] ?? 0) + 1
  const record = recordOf(state, worker, owner)
  record.done++
  record.failedInRow = 0
  record.strikes = 0
}

function giveUp(state: PoolState, { taskId, cause }: Of<'stuck'>): void {
  const task = taskOf(state, taskId)
  task.cause = cause
  setNonce(state, task, 0)
  setStage(state, task, 'stuck')
}

function pause(state: PoolState, { worker, untilMs, cause }: Of<'paused'>): void {
  const record = recordOf(state, worker, worker)
  record.strikes++
  record.failedInRow = 0
  record.pausedUntilMs = untilMs
  record.reason = cause
}

/** The worker's replica that an answer of it is about: the live one, else the last. */
function replicaOf(task: Task, worker: Address): Replica {
  const replica =
    liveReplica(task, worker) ?? task.replicas.findLast((ended) => ended.worker === worker)
  if (replica === undefined) throw new RangeError(`${worker} has no replica of ${task.taskId}`)
  return replica
}

export function recordOf(state: PoolState, worker: Address, owner: Address): WorkerRecord {
  const found = state.workers.get(worker)
  if (found !== undefined) {
    if (owner !== worker) found.owner = owner
    return found
  }
  const record: WorkerRecord = {
    worker,
    owner,
    done: 0,
    failed: 0,
    failedInRow: 0,
    strikes: 0,
    pausedUntilMs: 0,
    reason: '',
  }
  state.workers.set(worker, record)
  return record
}
