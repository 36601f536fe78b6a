import type { BaseError } from '@millrace/base'
import { QuotaExceededError } from '../errors.ts'

const STATUS: Record<string, number> = {
  INVALID_INPUT: 400,
  BLOB_NOT_FOUND: 404,
  BLOB_TOO_LARGE: 413,
  STORAGE_BUSY: 429,
  STORAGE_FULL: 507,
}

/** HTTP status of an error: 413 when this client should send less, 507 when the node is full. */
export function statusOf(error: BaseError): number {
  if (error instanceof QuotaExceededError) return error.scope === 'client' ? 413 : 507
  return STATUS[error.code] ?? 500
}
