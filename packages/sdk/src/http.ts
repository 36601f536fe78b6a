import { type Clock, type ErrorJson, RemoteError, retry } from '@millrace/base'
import { zErrorBody } from '@millrace/wire'
import { BadAnswerError, ServiceUnreachableError } from './errors.ts'

/** What requests need of a client. */
export type HttpContext = { fetch: typeof globalThis.fetch; clock: Clock }

/** Checks and converts a JSON value; every schema of @millrace/wire is one. */
export type Schema<T> = { parse(value: unknown): T }

type RequestOptions = { body?: string; signal?: AbortSignal | undefined }

const ATTEMPTS = 5
const FIRST_DELAY_MS = 50
const MAX_DELAY_MS = 1000
const TIMEOUT_MS = 30_000

/**
 * One JSON exchange, tried again while the service is not there; so `POST` is only for requests that
 * may arrive twice. Errors of the service keep their code, message, meta and hints.
 *
 * @throws {ServiceUnreachableError} {@link BadAnswerError} {@link RemoteError}
 */
export async function requestJson<T>(
  context: HttpContext,
  url: string,
  schema: Schema<T>,
  { body, signal }: RequestOptions = {},
): Promise<T> {
  const value = await retry(
    () => exchange(context, url, { ...(body === undefined ? {} : { body }), signal }),
    {
      clock: context.clock,
      attempts: ATTEMPTS,
      firstDelayMs: FIRST_DELAY_MS,
      maxDelayMs: MAX_DELAY_MS,
      ...(signal === undefined ? {} : { signal }),
    },
  )
  try {
    return schema.parse(value)
  } catch (cause) {
    throw new BadAnswerError({ url, reason: firstLine(cause), cause })
  }
}

/** Schema of a page `{ items, next }`. */
export function pageOf<T>(item: Schema<T>): Schema<{ items: T[]; next: string | undefined }> {
  return {
    parse: (value) => {
      const { items, next } = (value ?? {}) as { items?: unknown; next?: unknown }
      if (!Array.isArray(items)) throw new TypeError('a page without items')
      return {
        items: items.map((row) => item.parse(row)),
        next: next === undefined || next === null ? undefined : String(next),
      }
    },
  }
}

/** Adds the parameters that are set. */
export function withQuery(
  url: string,
  query: Record<string, string | number | boolean | undefined>,
): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? url : `${url}?${text}`
}

async function exchange(
  { fetch }: HttpContext,
  url: string,
  { body, signal }: RequestOptions,
): Promise<unknown> {
  const limit = AbortSignal.timeout(TIMEOUT_MS)
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    })
    text = await response.text()
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    throw new ServiceUnreachableError({ url, cause })
  }
  const value = parse(text)
  if (response.ok && value !== undefined) return value
  const error = errorOf(value)
  if (error !== undefined) throw new RemoteError(error)
  if (response.status >= 500) throw new ServiceUnreachableError({ url, cause: response.status })
  throw new BadAnswerError({ url, reason: `HTTP ${response.status}, ${text.slice(0, 100)}` })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function errorOf(value: unknown): ErrorJson | undefined {
  const parsed = zErrorBody.safeParse(value)
  return parsed.success ? parsed.data.error : undefined
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 200)
}
