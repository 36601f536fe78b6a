import { BaseError, errorToJson, InvalidInputError, isRetryable, toJson } from '@millrace/base'
import { AdEncodingError } from '@millrace/protocol'
import type { Context } from 'hono'

type ErrorStatus = 400 | 404 | 409 | 413 | 429 | 500 | 503

const STATUS_BY_CODE: Record<string, ErrorStatus> = {
  CLASS_AD_SYNTAX: 400,
  CLASS_AD_TOO_LARGE: 400,
  ORDER_EXPIRED: 400,
  BAD_SIGNATURE: 400,
  WRONG_AD: 400,
  WRONG_KIND: 400,
  NOT_FOUND: 404,
  UNKNOWN_ASSET: 404,
  ORDER_CONSUMED: 409,
  ORDER_CANCELLED: 409,
  BODY_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  TOO_MANY_ORDERS: 429,
}

/** Answers with an error as all services do; see zErrorBody. */
export function answerError(c: Context, error: unknown): Response {
  const status = statusOf(error)
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (status === 429 || status === 503) headers['retry-after'] = `${retryAfterOf(error)}`
  return c.body(toJson({ error: errorToJson(error) }), status, headers)
}

/** Input errors are the caller's, retryable ones pass, the rest is ours. */
export function statusOf(error: unknown): ErrorStatus {
  const byCode = error instanceof BaseError ? STATUS_BY_CODE[error.code] : undefined
  if (byCode !== undefined) return byCode
  if (isRetryable(error)) return 503
  return error instanceof InvalidInputError || error instanceof AdEncodingError ? 400 : 500
}

function retryAfterOf(error: unknown): number {
  const { retryAfterSec } = error instanceof BaseError ? error.meta : {}
  return typeof retryAfterSec === 'number' ? retryAfterSec : 1
}
