import type { Address, Hex32, LogFields, ResultDigest, TaskId, UnixSeconds } from '@millrace/base'
import type { AbsentWorker, BatchPart, BatchWorker } from '@millrace/protocol'
import type { Assignment, Locations, PoolMessage } from '@millrace/wire'

/** A message to a worker; those that the pool signs are still without signature. */
export type UnsignedMessage =
  | Exclude<PoolMessage, { type: 'assignments' | 'receipts' }>
  | { type: 'assignments'; items: Assignment[] }
  | {
      type: 'receipts'
      nonce: bigint
      items: { taskId: TaskId; commitment: Hex32 }[]
      until: UnixSeconds
    }

/**
 * What the pool does to the world. All of a turn's effects are carried out after its facts are
 * durable; each may be carried out again after a restart and must do no harm then.
 */
export type Effect =
  | { kind: 'send'; worker: Address; messages: UnsignedMessage[] }
  | { kind: 'closeSession'; worker: Address; code: string; message: string }
  | { kind: 'readStanding'; worker: Address }
  /** Ask the chain when the reveal window of a batch ends; answer with `revealEnd`. */
  | { kind: 'readRevealEnd'; nonce: number; committedAt: number }
  | CheckResultEffect
  | { kind: 'commitBatch'; nonce: number; root: Hex32; attempt: number }
  | {
      kind: 'settleBatch'
      nonce: number
      committedAt: number
      parts: BatchPart[]
      workers: BatchWorker[]
      absent: AbsentWorker[]
      locations: Locations
      attempt: number
    }
  | {
      kind: 'settleTrusted'
      nonce: number
      parts: BatchPart[]
      payees: { worker: Address; slots: number[] }[]
      locations: Locations
      attempt: number
    }
  | { kind: 'log'; level: 'info' | 'warn' | 'error'; message: string; fields: LogFields }

/** Fetch the archive at `cid`, compare it with `digest`, answer with `resultChecked`. */
export type CheckResultEffect = {
  kind: 'checkResult'
  taskId: TaskId
  worker: Address
  cid: string
  digest: ResultDigest
  /** An archive of the deal's tasks cannot be larger. */
  maxBytes: number
}
