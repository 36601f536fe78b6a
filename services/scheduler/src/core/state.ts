import type { Address, DealId, Hex, Hex32, ResultDigest, TaskId, UnixSeconds } from '@millrace/base'
import type { DealTerms } from '@millrace/protocol'
import { createLive, type Live } from './live.ts'

/**
 * One worker's run of a task. `assigned`: not heard of yet; `finished`: it has a result and must bind
 * itself under the task's batch; `committed`: it holds a receipt; `tagged`: the pool knows with whom it
 * agrees; `reported`: digest and place known (deals with minOdds 0). The other two are over.
 */
export type ReplicaState =
  | 'assigned'
  | 'finished'
  | 'committed'
  | 'tagged'
  | 'reported'
  | 'lost'
  | 'failed'

export type Replica = {
  worker: Address
  owner: Address
  state: ReplicaState
  assignedMs: number
  /** After this an assigned or finished replica is lost. */
  untilMs: number
  /** When it last moved on. */
  changedMs: number
  commitment: Hex32 | undefined
  tag: Hex32 | undefined
  digest: ResultDigest | undefined
  cid: string | undefined
  /** End of its receipt, in seconds; 0 without one. Also of a replica that is over: a word is a word. */
  receiptUntil: number
  /** Why it was lost or failed. */
  cause: string | undefined
}

/**
 * A task in flight; tasks not started are only numbers of their deal, and settled ones only a bit.
 * `open`: votes are missing; `agreed` (minOdds 0: `checked`): ready for a batch; `sealed`: in one,
 * its replicas do not change any more; `stuck`: given up until its deal ends.
 */
export type TaskStage = 'open' | 'agreed' | 'checked' | 'sealed' | 'stuck'

export type Task = {
  taskId: TaskId
  dealId: DealId
  index: number
  /** Batch that it belongs to; 0 until it has one, for deals with minOdds 0. */
  nonce: number
  stage: TaskStage
  startedMs: number
  replicas: Replica[]
  /** When its result became known: agreed on, or checked. */
  readyMs: number | undefined
  /** Tag of the agreeing group. */
  winner: Hex32 | undefined
  /** Named to publish the result. */
  publisher: Address | undefined
  /** Named before, in vain. */
  refused: { worker: Address; cause: string }[]
  /** Where the checked bytes lie. */
  cid: string | undefined
  /** Batches that could not settle with it. */
  abandoned: number
  cause: string | undefined
}

export type DealStatus = 'open' | 'done' | 'late' | 'expired'

export type Deal = {
  dealId: DealId
  terms: DealTerms
  /** `late`: past its deadline, waiting for batches that are on chain or for its closing. */
  status: DealStatus
  openedMs: number
  closedMs: number | undefined
  /** Indices from here on have not been started. */
  next: number
  settled: number
  settledBits: Uint8Array
  /** Tasks that can never settle: votes that are public did not carry them. */
  spoiled: number
  spoiledBits: Uint8Array
  /** Settled tasks in which a worker's result won. */
  doneBy: Record<Address, number>
}

export type BatchStage = 'open' | 'sealing' | 'committing' | 'revealing' | 'settling'

export type Reveal = { seed: Hex32; digests: ResultDigest[] }

export type Batch = {
  nonce: number
  /** Settles by settleTrusted: goes from open to settling. */
  isTrusted: boolean
  stage: BatchStage
  sinceMs: number
  firstAgreedMs: number | undefined
  /** From sealing on in ascending slots. */
  tasks: Set<TaskId>
  signatures: Map<Address, { signature: Hex; commitBy: UnixSeconds }>
  root: Hex32 | undefined
  committedAt: number | undefined
  /** Digests in the worker's ascending slots. */
  reveals: Map<Address, Reveal>
  /** Somebody was silent beyond the pool's patience: it waits for the end of the reveal window. */
  isOverdue: boolean
  /** Silent to the end of the reveal window. */
  absent: Set<Address>
}

/** What is remembered of a worker beyond its sessions. */
export type WorkerRecord = {
  worker: Address
  owner: Address
  done: number
  failed: number
  failedInRow: number
  strikes: number
  pausedUntilMs: number
  reason: string
}

/**
 * Everything a pool knows. The parts before `live` are durable: they change only by facts, which the
 * journal keeps, and are the same after a replay. `live` is about sessions and is found again.
 * One owner changes it in place; nothing here reads a clock or does I/O.
 */
export type PoolState = {
  readonly pool: Address
  cursor: { number: number; hash: Hex32 } | undefined
  nextNonce: number
  readonly deals: Map<DealId, Deal>
  readonly tasks: Map<TaskId, Task>
  readonly batches: Map<number, Batch>
  readonly workers: Map<Address, WorkerRecord>
  /** Derived from the durable parts. */
  readonly index: StateIndex
  readonly live: Live
}

export type StateIndex = {
  /** Tasks of which the worker has a live replica. */
  readonly holding: Map<Address, Set<TaskId>>
  /** Of these, how many it has still to run. */
  readonly load: Map<Address, number>
  /** Open tasks in flight, voted and trusted. */
  open: { voted: number; trusted: number }
  /** Agreed tasks of each open batch. */
  readonly agreed: Map<number, number>
  /** Checked tasks of minOdds 0, waiting for a batch, and when each came. */
  readonly checked: Map<TaskId, number>
  readonly openDeals: Set<DealId>
  /** Tasks in flight of each deal. */
  readonly tasksOf: Map<DealId, Set<TaskId>>
}

export function createState(pool: Address): PoolState {
  return {
    pool,
    cursor: undefined,
    nextNonce: 1,
    deals: new Map(),
    tasks: new Map(),
    batches: new Map(),
    workers: new Map(),
    index: {
      holding: new Map(),
      load: new Map(),
      open: { voted: 0, trusted: 0 },
      agreed: new Map(),
      checked: new Map(),
      openDeals: new Set(),
      tasksOf: new Map(),
    },
    live: createLive(),
  }
}

/** True while the replica may still count. */
export function isAlive({ state }: Pick<Replica, 'state'>): boolean {
  return state !== 'lost' && state !== 'failed'
}

export function liveReplica(task: Task, worker: Address): Replica | undefined {
  return task.replicas.find((replica) => replica.worker === worker && isAlive(replica))
}

/** True for deals that ask for nothing but the pool's word. */
export function isTrustedDeal({ terms }: Pick<Deal, 'terms'>): boolean {
  return terms.minOdds === 0n
}

/** The deal of a task; a task without one is a bug. */
export function dealOf(state: PoolState, { dealId }: Pick<Task, 'dealId'>): Deal {
  const deal = state.deals.get(dealId)
  if (deal === undefined) throw new RangeError(`task of an unknown deal ${dealId}`)
  return deal
}

export function taskOf(state: PoolState, taskId: TaskId): Task {
  const task = state.tasks.get(taskId)
  if (task === undefined) throw new RangeError(`unknown task ${taskId}`)
  return task
}

export function isSettled({ settledBits }: Deal, index: number): boolean {
  return hasBit(settledBits, index)
}

/** The task was left for a refund: the chain will never take it again. */
export function isSpoiled({ spoiledBits }: Deal, index: number): boolean {
  return hasBit(spoiledBits, index)
}

/** Settled or spoiled. */
export function isOver(deal: Deal, index: number): boolean {
  return isSettled(deal, index) || isSpoiled(deal, index)
}

export function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7))
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1
}
