import type { DealId, Hex, Hex32, ResultDigest, TaskId, UnixSeconds } from '@millrace/base'
import type { Cid } from '@millrace/storage'

/**
 * Where an execution stands. Each step takes it from one status to the next:
 * offered > assigned > ready > ran > packed, then
 * committed > receipted > tagged > sealed > revealed > published, or reported at trust 0.
 */
export type ExecutionStatus =
  /** In a signed assignment, not checked yet. */
  | 'offered'
  | 'assigned'
  /** Inputs are here, waiting for a slot. */
  | 'ready'
  | 'ran'
  /** Digest known, archive kept; from here on a restart keeps the work. */
  | 'packed'
  /** Bound to the digest under `nonce`; the commitment may have been sent. */
  | 'committed'
  | 'receipted'
  | 'tagged'
  | 'sealed'
  | 'revealed'
  | 'published'
  /** Trust 0: result and location have been sent. */
  | 'reported'
  /** No result; told to the pool, then dropped. */
  | 'failed'
  /** Settled or closed on chain; about to be forgotten. */
  | 'settled'

/** One run of a task by this worker: a row of its database, replaced and never changed in place. */
export type Execution = {
  taskId: TaskId
  dealId: DealId
  index: number
  /** Batch under which to commit; 0 for deals with minOdds 0. */
  nonce: bigint
  leaseUntil: UnixSeconds
  status: ExecutionStatus
  digest: ResultDigest | undefined
  commitment: Hex32 | undefined
  /** Until then the pool must not settle the task without this worker. */
  receiptUntil: UnixSeconds | undefined
  /** The pool has asked for the tag. */
  tagWanted: boolean
  /** The pool has named this worker as publisher. */
  publishWanted: boolean
  cid: Cid | undefined
  failure: { code: string; message: string } | undefined
}

type BatchStatus = 'requested' | 'sealed' | 'anchored' | 'revealed'

/** What this worker has signed of one batch of the pool; one seal per nonce, ever. */
export type SealedBatch = {
  nonce: bigint
  status: BatchStatus
  /** In ascending slots, as sealed; with the digests, so that a reveal needs nothing else. */
  tasks: readonly { taskId: TaskId; dealId: DealId; index: number; digest: ResultDigest }[]
  head: Hex32 | undefined
  /** The first end of its deals: sealed for a commit until then, so that the seed is not kept for ever. */
  commitBy: UnixSeconds
  signature: Hex | undefined
  /** What the pool says is on chain; believed only after a look at the chain. */
  anchor: Anchor | undefined
  sealedAtSec: UnixSeconds
  /** Shown on chain, because the pool did not settle in time. */
  isForced: boolean
  /** Settled, claimed or never committed: nothing can be lost or won by it any more. */
  isOver: boolean
}

export type Anchor = {
  root: Hex32
  committedAt: UnixSeconds
  index: number
  count: number
  proof: readonly Hex32[]
}

/** A fresh execution of an assignment. */
export function newExecution(
  assignment: Pick<Execution, 'taskId' | 'dealId' | 'index' | 'nonce' | 'leaseUntil'>,
): Execution {
  const { taskId, dealId, index, nonce, leaseUntil } = assignment
  return {
    taskId,
    dealId,
    index,
    nonce,
    leaseUntil,
    status: 'offered',
    digest: undefined,
    commitment: undefined,
    receiptUntil: undefined,
    tagWanted: false,
    publishWanted: false,
    cid: undefined,
    failure: undefined,
  }
}

/** True while nothing outside depends on this execution: it can be handed back without harm. */
export function isUnbound(status: ExecutionStatus): boolean {
  return ['offered', 'assigned', 'ready', 'ran', 'packed'].includes(status)
}

/** Of a deal with minOdds 0: the pool's word is enough and nothing is committed. */
export function isTrusted({ nonce }: Pick<Execution, 'nonce'>): boolean {
  return nonce === 0n
}
