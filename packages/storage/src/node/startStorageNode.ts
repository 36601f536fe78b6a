import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, every, InvalidInputError, type Logger, systemClock } from '@millrace/base'
import { type FolderStore, type FolderStoreOptions, fsBlobStore } from '../folder/fsBlobStore.ts'
import { answerRequest, type NodeContext } from './answerRequest.ts'
import { createRateLimit } from './rateLimit.ts'

export type StorageNodeOptions = FolderStoreOptions & {
  host: string
  /** 0 takes a free one. */
  port: number
  /** Default 4 GiB. */
  maxBlobBytes?: number
  /** Default 64 MiB: a CAR file is held in memory while it is checked. */
  maxCarBytes?: number
  /** Requests of one client address; a burst may be twice as many. Default 10,000. */
  requestsPerSec?: number
}

export type StorageNodeDeps = { signal: AbortSignal; log: Logger; clock?: Clock }

export type StorageNode = {
  url: string
  /** The store behind it, for pins. */
  store: FolderStore
  /** Resolves when the signal has aborted and everything is closed. */
  closed: Promise<void>
}

const GC_PERIOD_MS = 60_000
/** A client that sends or takes nothing for so long is cut off. */
const IDLE_MS = 30_000
const MAX_CONNECTIONS = 1024

/**
 * Serves a folder store as an IPFS trustless gateway and takes uploads: `GET|HEAD /ipfs/<cid>`,
 * `POST /blobs`, `POST /car`, `GET /healthz`. It serves only what it stores and fetches nothing.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when the port is taken
 * @throws {StorageInUseError} `STORAGE_IN_USE`
 */
export async function startStorageNode(
  options: StorageNodeOptions,
  { signal, log, clock = systemClock }: StorageNodeDeps,
): Promise<StorageNode> {
  const { host, port, maxBlobBytes = 4 * 2 ** 30, maxCarBytes = 64 << 20 } = options
  const { requestsPerSec = 10_000 } = options
  const store = await fsBlobStore(options, { log, clock })
  const rate = createRateLimit({ perSec: requestsPerSec, burst: 2 * requestsPerSec, clock })
  const limits = { maxBlobBytes, maxCarBytes }
  const context: NodeContext = { store, limits, rate, requestsPerSec, log, clock }
  const server = createServer(
    { keepAliveTimeout: IDLE_MS, requestTimeout: 0 },
    (request, response) => void answerRequest(context, request, response),
  )
  server.headersTimeout = IDLE_MS
  server.timeout = IDLE_MS
  server.maxConnections = MAX_CONNECTIONS
  await listen(server, host, port).catch((error) => {
    store.close()
    throw error
  })
  const { port: bound } = server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
  log.info('storage node is up', { url, ...store.stat() })
  const collecting = every(
    {
      clock,
      signal,
      periodMs: GC_PERIOD_MS,
      onError: (error) => log.error('collecting expired blobs failed', { error }),
    },
    async () => {
      const { blobs, bytes } = await store.gc()
      if (blobs > 0) log.info('expired blobs deleted', { blobs, bytes })
    },
  )
  return { url, store, closed: closeOn(signal, server, collecting, store) }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(asBadPort(error, host, port)))
    server.listen(port, host, () => resolve())
  })
}

function asBadPort(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const expected = {
    EADDRINUSE: 'a free port; another program uses this one',
    EACCES: 'a port that this user may use, such as one above 1024',
    EADDRNOTAVAIL: 'on an address of this machine',
  }[error.code ?? '']
  if (expected === undefined) return error
  return new InvalidInputError({ field: 'storage port', value: `${host}:${port}`, expected })
}

async function closeOn(
  signal: AbortSignal,
  server: Server,
  collecting: Promise<void>,
  store: FolderStore,
): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await Promise.all([closed, collecting])
  store.close()
}
