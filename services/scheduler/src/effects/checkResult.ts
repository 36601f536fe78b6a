import { createHash } from 'node:crypto'
import {
  BaseError,
  type Clock,
  errorToJson,
  isRetryable,
  type ResultDigest,
  retry,
} from '@millrace/base'
import { hashResult, summariseArchive } from '@millrace/protocol'
import type { BlobStore } from '@millrace/storage'
import type { CheckResultEffect } from '../core/effects.ts'
import type { PoolEvent } from '../core/events.ts'

export type CheckDeps = { storage: BlobStore; clock: Clock; signal: AbortSignal; maxBytes: number }

type Checked = Extract<PoolEvent, { kind: 'resultChecked' }>

/**
 * Fetches a result's archive and hashes it: nobody is paid for bytes that the pool has not seen. A
 * storage that is away is waited for; only what is certainly missing or wrong is held against the
 * worker.
 */
export async function checkResult(deps: CheckDeps, effect: CheckResultEffect): Promise<Checked> {
  const { taskId, worker, cid, digest } = effect
  const told = { kind: 'resultChecked', taskId, worker, cid, digest } as const
  try {
    const found = await hashArchive(deps, effect)
    if (found === digest) return { ...told, outcome: { isRight: true } }
    const cause = `published bytes of digest ${found} instead of ${digest}`
    return { ...told, outcome: { isRight: false, cause } }
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    const { code, message } = errorToJson(error)
    return { ...told, outcome: { isRight: false, cause: `${code}: ${message}`.slice(0, 500) } }
  }
}

async function hashArchive(
  { storage, clock, signal, maxBytes }: CheckDeps,
  { cid, taskId, maxBytes: dealBytes }: CheckResultEffect,
): Promise<ResultDigest> {
  const limit = Math.min(maxBytes, dealBytes)
  const patience = { clock, attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2000, signal }
  const archive = await retry(() => storage.getBytes(cid, { maxBytes: limit, signal }), {
    ...patience,
    when: isRetryable,
  })
  return hashResult(taskId, summariseArchive(archive, sha256))
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
