import type { Address, DealId, Hex32, TaskId } from '@millrace/base'
import type { Advertisement } from '@millrace/wire'
import { createRecent, type Recent } from './recent.ts'
import { createTimers, type Timers } from './timers.ts'

/** A worker's record on chain, as last read or told by an event. */
export type WorkerStanding = {
  bond: bigint
  /** What it answers for until credits mature, in base units. */
  exposure: bigint
  checks: number
  faults: number
  bannedUntil: number
  unbondAt: number
  /** The chain would count a vote committed now. */
  mayVote: boolean
}

/** A worker as far as the pool can hear it. Kept a while after the connection ends. */
export type Session = {
  worker: Address
  owner: Address
  isConnected: boolean
  isLeaving: boolean
  advertisement: Advertisement | undefined
  connectedMs: number
  lastSeenMs: number
  /** Executions that it says run now. */
  running: number
  /** Milliseconds of one task on one slot, by what it has reported. */
  taskMs: number | undefined
  lastDoneMs: number
  /** Deals whose terms it was sent in this session. */
  deals: Set<DealId>
}

/** Messages of one turn to one worker, merged by kind. */
export type Outgoing = {
  deals: DealId[]
  settled: TaskId[]
  cancel: Map<string, TaskId[]>
  recommit: Map<number, TaskId[]>
  assignments: { taskId: TaskId; dealId: DealId; index: number; nonce: number; untilMs: number }[]
  receipts: Map<number, { taskId: TaskId; commitment: Hex32 }[]>
  reportTags: TaskId[]
  sealRequests: number[]
  anchored: number[]
  publish: TaskId[]
}

/** How fast tasks of a deal settle, by the pool's own history. */
export type Rate = { perSec: number; settled: number; sinceMs: number }

/** A settled task, for those who ask later. */
export type PastTask = {
  taskId: TaskId
  dealId: DealId
  index: number
  nonce: number
  atMs: number
}

/** What is about sessions and the moment, never journaled: it is found again after a restart. */
export type Live = {
  readonly sessions: Map<Address, Session>
  readonly standings: Map<Address, WorkerStanding>
  /** The chain feed has told all that happened before the start. */
  isCaughtUp: boolean
  /** Open tasks that another replica would help, and since when. */
  readonly wanting: Map<TaskId, number>
  readonly wantingOf: Map<DealId, number>
  /** Where the next look through `wanting` begins. */
  wantingFrom: number
  /** Deals take turns; the first of the next round. */
  dealFrom: number
  readonly timers: Timers
  /** When each open batch comes of age; 0 for tasks of deals that take the pool's word. */
  readonly agesMs: Map<number, number>
  readonly outgoing: Map<Address, Outgoing>
  /** Tasks whose votes are to be counted at the end of the turn. */
  readonly dirty: Set<TaskId>
  /** Workers asked for the tag of a task. */
  readonly asked: Map<TaskId, Set<Address>>
  /** Result bytes being fetched and checked. */
  readonly checking: Set<TaskId>
  /** Published before the reveal that tells the digest came. */
  readonly early: Map<TaskId, { worker: Address; cid: string }>
  /** Workers outvoted in a batch that is under way: the chain will find their fault. */
  readonly suspects: Set<Address>
  /** Batches that a BatchSettled event names in this turn. */
  readonly closing: Set<number>
  /** Batches of which this turn spoiled a task: whole no more unless it closed them. */
  readonly maimed: Set<number>
  /** When the reveal windows of overdue batches end, in seconds. */
  readonly revealEnds: Map<number, number>
  /** Times a transaction of a batch has failed. */
  readonly txFailures: Map<number, { count: number; cause: string }>
  /** Counts changes of who could run what. */
  version: number
  readonly means: Map<string, { version: number; reason: string | undefined }>
  isPlanNeeded: boolean
  readonly rates: Map<DealId, Rate>
  readonly past: Recent<TaskId, PastTask>
}

const PAST_TASKS = 20_000

export function createLive(): Live {
  return {
    sessions: new Map(),
    standings: new Map(),
    isCaughtUp: false,
    wanting: new Map(),
    wantingOf: new Map(),
    wantingFrom: 0,
    dealFrom: 0,
    timers: createTimers(),
    agesMs: new Map(),
    outgoing: new Map(),
    dirty: new Set(),
    asked: new Map(),
    checking: new Set(),
    early: new Map(),
    suspects: new Set(),
    closing: new Set(),
    maimed: new Set(),
    revealEnds: new Map(),
    txFailures: new Map(),
    version: 0,
    means: new Map(),
    isPlanNeeded: true,
    rates: new Map(),
    past: createRecent(PAST_TASKS),
  }
}
