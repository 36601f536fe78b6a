import type { Address, DealId, Hex32, ResultDigest, TaskId } from '@millrace/base'
import type { DealTerms } from '@millrace/protocol'
import type { WorkerMessage } from '@millrace/wire'
import type { WorkerStanding } from './live.ts'

/** Messages of a session after its opening. Seals have a valid signature of the worker. */
export type SessionMessage = Exclude<WorkerMessage, { type: 'hello' | 'prove' }>

/** Transactions of a batch. */
export type TransactionKind = 'commitBatch' | 'settleBatch' | 'settleTrusted'

/** Everything that can happen to a pool. */
export type PoolEvent =
  | { kind: 'dealOpened'; terms: DealTerms }
  | { kind: 'dealExpired'; dealId: DealId }
  | { kind: 'batchCommitted'; nonce: number; root: Hex32; committedAt: number }
  | { kind: 'batchSettled'; nonce: number }
  /** A worker has shown its part of a batch on chain. */
  | {
      kind: 'revealForced'
      worker: Address
      nonce: number
      reveal: { seed: Hex32; items: { taskId: TaskId; digest: ResultDigest }[] }
    }
  /** Until when workers of a batch may reveal on chain. */
  | { kind: 'revealEnd'; nonce: number; endsAt: number }
  | { kind: 'tasksSettled'; dealId: DealId; nonce: number; indices: number[] }
  /** Left for a refund; of deals of any pool. */
  | { kind: 'tasksSpoiled'; dealId: DealId; indices: number[] }
  /** Something on chain changed the standing of a worker. */
  /** `exposed`: what the worker answers for from now on besides, in base units. */
  | { kind: 'standingChanged'; worker: Address; exposed?: bigint }
  | { kind: 'standing'; worker: Address; standing: WorkerStanding }
  /** All events up to here have been told. */
  | { kind: 'block'; number: number; hash: Hex32; isRelevant: boolean }
  | { kind: 'caughtUp' }
  /** Sent or mined in vain. `isFinal`: the contract will always refuse it. */
  | {
      kind: 'transactionFailed'
      transaction: TransactionKind
      nonce: number
      code: string
      message: string
      isFinal: boolean
    }
  | { kind: 'sessionOpened'; worker: Address; owner: Address }
  | { kind: 'sessionClosed'; worker: Address }
  | { kind: 'message'; worker: Address; message: SessionMessage }
  | ResultCheckedEvent
  /** Time has passed. */
  | { kind: 'tick' }

/** The bytes at `cid` were fetched and hashed. */
type ResultCheckedEvent = {
  kind: 'resultChecked'
  taskId: TaskId
  worker: Address
  cid: string
  digest: ResultDigest
  outcome: { isRight: true } | { isRight: false; cause: string }
}
