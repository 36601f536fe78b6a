import { BaseError } from '@millrace/base'
import type { Cid } from './blobStore.ts'

/** No such blob, or a block of it is missing. */
export class BlobNotFoundError extends BaseError {
  readonly code = 'BLOB_NOT_FOUND'
  constructor({ cid, where }: { cid: Cid; where?: string }) {
    super(`${cid} is not stored${where === undefined ? ' here' : ` at ${where}`}.`, {
      meta: { cid, where },
      hints: ['Check the content id, and whether its lifetime has ended or its upload failed.'],
      docs: 'blob-not-found',
    })
  }
}

/** Bytes do not match their content id, or a blob is not built as its nodes say. */
export class BlobCorruptError extends BaseError {
  readonly code = 'BLOB_CORRUPT'
  constructor({ cid, where, reason }: { cid: Cid; where?: string; reason?: string }) {
    const what = reason ?? 'its bytes do not match its content id'
    super(`${cid} is damaged${where === undefined ? '' : ` at ${where}`}: ${what}.`, {
      meta: { cid, where, reason },
      hints: ['Upload it again, or fetch it from another node; nothing damaged is ever passed on.'],
      docs: 'blob-corrupt',
    })
  }
}

/** More bytes than the caller or the node is willing to take. */
export class BlobTooLargeError extends BaseError {
  readonly code = 'BLOB_TOO_LARGE'
  constructor({
    what,
    maxBytes,
    sizeBytes,
  }: { what: string; maxBytes: number; sizeBytes?: number }) {
    const size = sizeBytes === undefined ? '' : ` (${sizeBytes} bytes)`
    super(`${what}${size} is larger than the limit of ${maxBytes} bytes.`, {
      meta: { maxBytes, sizeBytes },
      docs: 'blob-too-large',
    })
  }
}

/** The storage node keeps no more bytes for this client, or for anybody. */
export class QuotaExceededError extends BaseError {
  readonly code = 'QUOTA_EXCEEDED'
  readonly scope: QuotaExceededParameters['scope']
  constructor({ scope, usedBytes, askedBytes, quotaBytes }: QuotaExceededParameters) {
    const whose = scope === 'client' ? 'this client' : 'the store'
    super(
      `${askedBytes} bytes more do not fit: ${whose} uses ${usedBytes} of ${quotaBytes} bytes.`,
      {
        meta: { scope, usedBytes, askedBytes, quotaBytes },
        hints: [
          scope === 'client'
            ? 'Wait until older uploads expire, or use another storage node.'
            : 'Raise the quota of the storage node, or delete what is no longer needed.',
        ],
        docs: 'quota-exceeded',
      },
    )
    this.scope = scope
  }
}

export type QuotaExceededParameters = {
  scope: 'client' | 'store'
  usedBytes: number
  askedBytes: number
  quotaBytes: number
}

/** The disk of the store is full; what was stored before is safe. */
export class StorageFullError extends BaseError {
  readonly code = 'STORAGE_FULL'
  constructor({ dir, cause }: { dir: string; cause?: unknown }) {
    super(`The disk that holds ${dir} is full.`, {
      meta: { dir },
      hints: ['Free some space on it; reading goes on meanwhile.'],
      docs: 'storage-full',
      cause,
    })
  }
}

/** Another process works in the same storage folder. */
export class StorageInUseError extends BaseError {
  readonly code = 'STORAGE_IN_USE'
  constructor({ dir }: { dir: string }) {
    super(`The storage folder ${dir} is in use by another process.`, {
      meta: { dir },
      hints: ['Stop the other storage node, or choose another folder.'],
      docs: 'storage-in-use',
    })
  }
}

/** No answer from a storage node right now. */
export class StorageUnavailableError extends BaseError {
  readonly code = 'STORAGE_UNAVAILABLE'
  override readonly retryable = true
  constructor({ url, reason, cause }: { url: string; reason: string; cause?: unknown }) {
    super(`The storage node ${url} does not answer: ${reason}.`, {
      meta: { url, reason },
      hints: ['Is the node running, and is its URL right?'],
      docs: 'storage-unavailable',
      cause,
    })
  }
}

/** The storage node asks this client to come back later. */
export class StorageBusyError extends BaseError {
  readonly code = 'STORAGE_BUSY'
  override readonly retryable = true
  constructor({ perSec }: { perSec?: number } = {}) {
    super('The storage node has had too many requests from this client.', {
      meta: { perSec },
      hints: ['Send fewer requests, or many small blobs in one.'],
      docs: 'storage-busy',
    })
  }
}
