import { StorageFullError } from './errors.ts'

const SQLITE_FULL = 13

/** Our class for an error of a full disk; others stay as they are. */
export function asFull(error: unknown, dir: string): unknown {
  return isDiskFull(error) ? new StorageFullError({ dir, cause: error }) : error
}

export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number }
  return code === 'ENOSPC' || code === 'EDQUOT' || errcode === SQLITE_FULL
}
