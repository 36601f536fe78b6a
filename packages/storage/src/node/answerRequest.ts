import type { IncomingMessage, ServerResponse } from 'node:http'
import { BaseError, type Clock, errorToJson, InvalidInputError, type Logger } from '@millrace/base'
import { StorageBusyError } from '../errors.ts'
import type { FolderStore } from '../folder/fsBlobStore.ts'
import { acceptBlob, acceptCar, type UploadLimits } from './acceptUpload.ts'
import type { RateLimit } from './rateLimit.ts'
import { serveBlob } from './serveBlob.ts'
import { statusOf } from './statusOf.ts'

/** What every request is answered with. */
export type NodeContext = {
  store: FolderStore
  limits: UploadLimits
  rate: RateLimit
  requestsPerSec: number
  log: Logger
  clock: Clock
}

/** How much of a refused upload is read away, so that its sender gets to read why. */
const DISCARD_BYTES = 16 << 20
const DISCARD_MS = 2_000

type Exchange = { request: IncomingMessage; response: ServerResponse }

/** Answers one request, whatever it is; never throws. */
export async function answerRequest(
  context: NodeContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { rate, requestsPerSec, log } = context
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('access-control-allow-origin', '*')
  const client = request.socket.remoteAddress ?? 'unknown'
  try {
    if (!rate.admit(client)) throw new StorageBusyError({ perSec: requestsPerSec })
    await route(context, { request, response, client })
  } catch (error) {
    log.debug('request failed', { method: request.method, error })
    await refuse(context, { request, response, error })
  }
}

async function route(
  { store, limits }: NodeContext,
  { request, response, client }: Exchange & { client: string },
): Promise<void> {
  const url = parseUrl(request)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const upload = { request, client, limits }
  if (isRead && url.pathname.startsWith('/ipfs/'))
    await serveBlob(store, { request, response, url })
  else if (isRead && url.pathname === '/healthz')
    sendJson(response, 200, { ok: true, ...store.stat() })
  else if (request.method === 'POST' && url.pathname === '/blobs')
    sendJson(response, 201, await acceptBlob(store, upload))
  else if (request.method === 'POST' && url.pathname === '/car')
    sendJson(response, 201, await acceptCar(store, upload))
  else
    throw new InvalidInputError({
      field: 'request',
      value: `${request.method} ${url.pathname}`,
      expected: 'GET or HEAD /ipfs/<cid>, POST /blobs, POST /car or GET /healthz',
    })
}

function parseUrl(request: IncomingMessage): URL {
  const url = URL.parse(request.url ?? '', 'http://storage')
  if (url === null)
    throw new InvalidInputError({ field: 'path', value: request.url, expected: 'a valid path' })
  return url
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

async function refuse(
  { log, clock }: NodeContext,
  { request, response, error }: Exchange & { error: unknown },
): Promise<void> {
  // Half an answer is out: all that is left is to break it off, which the client notices.
  if (response.headersSent || response.destroyed) return void response.destroy()
  const status = error instanceof BaseError ? statusOf(error) : 500
  if (status === 500) log.error('storage request failed', { error })
  const isUpload = request.method === 'POST' && !request.complete
  if (isUpload) response.setHeader('connection', 'close')
  for (const header of ['etag', 'x-ipfs-path']) response.removeHeader(header)
  if (status === 429) response.setHeader('retry-after', '1')
  sendJson(response, status, errorToJson(error))
  if (isUpload) await discard(request, clock)
}

/** A sender that is cut off while it still sends would never read the answer. */
async function discard(request: IncomingMessage, clock: Clock): Promise<void> {
  let length = 0
  const done = new AbortController()
  request.on('data', (piece: Uint8Array) => {
    length += piece.length
    if (length > DISCARD_BYTES) done.abort()
  })
  for (const event of ['end', 'close', 'error']) request.once(event, () => done.abort())
  await clock.sleep(DISCARD_MS, done.signal).catch(() => {})
  if (!request.complete) request.destroy()
}
