import { type BaseError, type ErrorJson, InvalidInputError, RemoteError } from '@millrace/base'
import {
  BlobCorruptError,
  BlobNotFoundError,
  BlobTooLargeError,
  QuotaExceededError,
  type QuotaExceededParameters,
  StorageBusyError,
  StorageFullError,
  StorageUnavailableError,
} from '../errors.ts'

type Answer = { url: string; status: number; body: string; cid: string | undefined }

/** The error that a node's answer stands for; foreign gateways are understood by status alone. */
export function fromAnswer({ url, status, body, cid = '' }: Answer): BaseError {
  const json = parseError(body)
  const meta = json?.meta ?? {}
  const { dir, field, value, expected, maxBytes, sizeBytes } = meta
  switch (json?.code) {
    case 'BLOB_NOT_FOUND':
      return new BlobNotFoundError({ cid, where: url })
    case 'BLOB_CORRUPT':
      return new BlobCorruptError({ cid, where: url })
    case 'BLOB_TOO_LARGE':
      return new BlobTooLargeError({
        what: cid || 'the upload',
        maxBytes: Number(maxBytes),
        ...(sizeBytes === undefined ? {} : { sizeBytes: Number(sizeBytes) }),
      })
    case 'QUOTA_EXCEEDED':
      return new QuotaExceededError(meta as QuotaExceededParameters)
    case 'STORAGE_FULL':
      return new StorageFullError({ dir: String(dir) })
    case 'STORAGE_BUSY':
      return new StorageBusyError()
    case 'INVALID_INPUT':
      return new InvalidInputError({ field: String(field), value, expected: String(expected) })
    case undefined:
      return fromStatus({ url, status, body, cid })
    default:
      return new RemoteError(json as ErrorJson)
  }
}

function fromStatus({ url, status, body, cid = '' }: Answer): BaseError {
  if (status === 404 || status === 410) return new BlobNotFoundError({ cid, where: url })
  if (status === 429) return new StorageBusyError()
  if (status >= 500) return new StorageUnavailableError({ url, reason: `status ${status}` })
  const message = `${url} answered ${status}: ${body.slice(0, 200)}`
  return new RemoteError({ code: `HTTP_${status}`, message, meta: { status }, hints: [] })
}

function parseError(body: string): ErrorJson | undefined {
  try {
    const json = JSON.parse(body) as Partial<ErrorJson> | null
    if (typeof json?.code !== 'string' || typeof json.message !== 'string') return undefined
    return {
      code: json.code,
      message: json.message,
      meta: json.meta ?? {},
      hints: json.hints ?? [],
    }
  } catch {
    return undefined
  }
}
