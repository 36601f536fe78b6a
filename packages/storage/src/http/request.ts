import { BaseError, type Clock, retry } from '@millrace/base'
import { BlobTooLargeError, StorageUnavailableError } from '../errors.ts'
import { fromAnswer } from './httpErrors.ts'

export type RequestOptions = {
  method: 'GET' | 'HEAD' | 'POST'
  path: string
  body?: { type: string; bytes: Uint8Array }
  /** What the request is about, for errors. */
  cid?: string | undefined
  /** Refuses a longer answer before reading it. */
  maxBytes: number
  signal?: AbortSignal
}

/** Asks a storage node and gives the body of its answer; tries again while it does not answer. */
export type Requester = (options: RequestOptions) => Promise<Uint8Array>

export type RequesterOptions = {
  url: string
  fetch: typeof fetch
  attempts: number
  timeoutMs: number
  clock: Clock
}

const FIRST_DELAY_MS = 50
const MAX_DELAY_MS = 2_000

export function createRequester(options: RequesterOptions): Requester {
  const { attempts, clock } = options
  return (request) =>
    retry(() => ask(options, request), {
      clock,
      attempts,
      firstDelayMs: FIRST_DELAY_MS,
      maxDelayMs: MAX_DELAY_MS,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    })
}

async function ask(options: RequesterOptions, request: RequestOptions): Promise<Uint8Array> {
  const { url, timeoutMs } = options
  const { method, path, body, signal } = request
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await options.fetch(url + path, {
      method,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      redirect: 'error',
      ...(body === undefined
        ? {}
        : { body: body.bytes as Uint8Array<ArrayBuffer>, headers: { 'content-type': body.type } }),
    })
    return await readAnswer(response, { ...request, url })
  } catch (error) {
    signal?.throwIfAborted()
    throw asUnavailable(error, url)
  }
}

/** @throws {BlobTooLargeError} or what the answer says */
export async function readAnswer(
  response: Response,
  {
    url,
    cid,
    maxBytes,
    method,
  }: Pick<RequestOptions, 'cid' | 'maxBytes' | 'method'> & { url: string },
): Promise<Uint8Array> {
  const { status, ok } = response
  if (method === 'HEAD' && ok) return new Uint8Array()
  if (!ok) throw fromAnswer({ url, status, cid, body: await readText(response) })
  const sizeBytes = Number(response.headers.get('content-length') ?? Number.NaN)
  if (sizeBytes > maxBytes) {
    await response.body?.cancel()
    throw new BlobTooLargeError({ what: cid ?? 'the answer', maxBytes, sizeBytes })
  }
  if (sizeBytes >= 0) return new Uint8Array(await response.arrayBuffer())
  return await readUpTo(response, maxBytes, cid ?? 'the answer')
}

/** Our class for whatever `fetch` threw: the node is not there, or broke off. */
export function asUnavailable(error: unknown, url: string): unknown {
  if (error instanceof BaseError) return error
  const { name, message, cause } = error as Error & { cause?: Error }
  const reason = name === 'TimeoutError' ? 'it takes too long' : (cause?.message ?? message)
  return new StorageUnavailableError({ url, reason, cause: error })
}

const MAX_ERROR_BYTES = 64 << 10

async function readText(response: Response): Promise<string> {
  const bytes = await readUpTo(response, MAX_ERROR_BYTES, 'the answer')
  return new TextDecoder().decode(bytes)
}

async function readUpTo(response: Response, maxBytes: number, what: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    length += piece.length
    if (length > maxBytes) throw new BlobTooLargeError({ what, maxBytes })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
