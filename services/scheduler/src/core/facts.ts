import type { Address, DealId, Hex, Hex32, ResultDigest, TaskId, UnixSeconds } from '@millrace/base'
import type { DealTerms } from '@millrace/protocol'

/**
 * What the journal keeps: each is a decision or a thing learnt, complete in itself, so that replaying
 * needs neither the rules that decided nor the sessions of the time. `atMs` is when.
 */
export type Fact =
  | { kind: 'dealOpened'; terms: DealTerms; atMs: number }
  | { kind: 'dealClosed'; dealId: DealId; status: 'done' | 'late' | 'expired'; atMs: number }
  | { kind: 'dealForgotten'; dealId: DealId }
  | AssignedFact
  | { kind: 'committed'; worker: Address; items: [TaskId, Hex32][]; atMs: number }
  /** Receipts were given for these tasks until then. */
  | { kind: 'receipted'; worker: Address; tasks: TaskId[]; until: number }
  | { kind: 'tagged'; worker: Address; items: [TaskId, Hex32][]; atMs: number }
  | {
      kind: 'reported'
      worker: Address
      items: [TaskId, ResultDigest, string][]
      atMs: number
    }
  | {
      kind: 'ended'
      worker: Address
      tasks: TaskId[]
      as: 'lost' | 'failed'
      /** A failure that any machine could have had with this task: not held against the worker. */
      isTasksOwn?: true
      cause: string
      atMs: number
    }
  | { kind: 'agreed'; items: [TaskId, Hex32][]; atMs: number }
  | { kind: 'reopened'; tasks: TaskId[]; atMs: number }
  | { kind: 'checked'; items: [TaskId, string][]; atMs: number }
  | { kind: 'moved'; nonce: number; tasks: TaskId[]; untilMs: number; atMs: number }
  | { kind: 'sealing'; nonce: number; tasks: TaskId[]; atMs: number }
  | { kind: 'sealed'; nonce: number; worker: Address; signature: Hex; commitBy: UnixSeconds }
  | { kind: 'committing'; nonce: number; root: Hex32; atMs: number }
  | { kind: 'anchored'; nonce: number; committedAt: number; atMs: number }
  | { kind: 'named'; items: [TaskId, Address][] }
  | { kind: 'refused'; taskId: TaskId; worker: Address; cause: string }
  | { kind: 'revealed'; nonce: number; worker: Address; seed: Hex32; digests: ResultDigest[] }
  | { kind: 'overdue'; nonce: number; atMs: number }
  | { kind: 'absent'; nonce: number; workers: Address[] }
  | { kind: 'settling'; nonce: number; atMs: number }
  | { kind: 'trusted'; nonce: number; tasks: TaskId[]; atMs: number }
  | { kind: 'settled'; dealId: DealId; nonce: number; indices: number[]; atMs: number }
  | { kind: 'spoiled'; dealId: DealId; indices: number[] }
  | { kind: 'batchClosed'; nonce: number }
  /** No longer the pool's to settle. */
  | { kind: 'dropped'; tasks: TaskId[] }
  | AbandonedFact
  | { kind: 'stuck'; taskId: TaskId; cause: string }
  | { kind: 'paused'; worker: Address; untilMs: number; cause: string }
  | { kind: 'nonceSeen'; nonce: number }
  | { kind: 'cursor'; number: number; hash: Hex32 }

type AssignedFact = {
  kind: 'assigned'
  worker: Address
  owner: Address
  dealId: DealId
  indices: number[]
  /** 0 for deals with minOdds 0. */
  nonce: number
  untilMs: number
  atMs: number
}

type AbandonedFact = {
  kind: 'abandoned'
  nonce: number
  /** Workers whose part the batch lacked: their replicas in it are lost. */
  absent: Address[]
  cause: string
  untilMs: number
  atMs: number
}
