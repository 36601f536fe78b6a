import { toJson } from '@millrace/base'
import { type Execution, type ExecutionStatus, isTrusted, type SealedBatch } from '../execution.ts'

// Rows are JSON of our own making in our own file: read back without a schema, but for amounts,
// which JSON keeps as decimal strings.

export function executionToRow(execution: Execution): string {
  return toJson(execution)
}

/** An execution as it goes on after a restart: what was not yet packed starts over. */
export function executionFromRow(row: string): Execution {
  const raw = JSON.parse(row) as Execution & { nonce: string }
  return {
    ...raw,
    nonce: BigInt(raw.nonce),
    status: statusAfterRestart(raw.status, BigInt(raw.nonce)),
    digest: raw.digest,
    commitment: raw.commitment,
    receiptUntil: raw.receiptUntil,
    cid: raw.cid,
    failure: raw.failure,
  }
}

export function batchToRow(batch: SealedBatch): string {
  return toJson(batch)
}

export function batchFromRow(row: string): SealedBatch {
  const raw = JSON.parse(row) as SealedBatch & { nonce: string }
  return {
    ...raw,
    nonce: BigInt(raw.nonce),
    head: raw.head,
    signature: raw.signature,
    anchor: raw.anchor,
  }
}

function statusAfterRestart(status: ExecutionStatus, nonce: bigint): ExecutionStatus {
  if (status === 'assigned' || status === 'ready' || status === 'ran') return 'offered'
  // Archives of trusted tasks are kept in memory only, see packResult.
  return status === 'packed' && isTrusted({ nonce }) ? 'offered' : status
}
