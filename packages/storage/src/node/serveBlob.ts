import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { InvalidInputError } from '@millrace/base'
import type { CID } from 'multiformats/cid'
import { parseCid } from '../contentId.ts'
import { streamCar } from '../dag/carFile.ts'
import { blocksOf, type GetBlock, sizeOfRoot } from '../dag/readDag.ts'
import type { FolderStore } from '../folder/fsBlobStore.ts'
import { parseByteRange } from './byteRange.ts'

type Exchange = {
  store: FolderStore
  request: IncomingMessage
  response: ServerResponse
  cid: CID
}

const FOR_EVER = 'public, max-age=29030400, immutable'
const TYPES = {
  raw: 'application/vnd.ipld.raw',
  car: 'application/vnd.ipld.car; version=1; order=dfs; dups=y',
  file: 'application/octet-stream',
}

/**
 * Answers `GET` and `HEAD /ipfs/<cid>`: one block (`format=raw`), the whole DAG (`format=car`), or
 * the bytes of the blob, with `Range`. Every block is verified before it leaves; a damaged one ends
 * the answer, so that the client sees it broken and never wrong.
 *
 * @see https://specs.ipfs.tech/http-gateways/trustless-gateway/
 */
export async function serveBlob(
  store: FolderStore,
  { request, response, url }: Pick<Exchange, 'request' | 'response'> & { url: URL },
): Promise<void> {
  const [, , name = '', ...below] = url.pathname.split('/')
  if (below.some((segment) => segment !== ''))
    throw new InvalidInputError({
      field: 'path',
      value: url.pathname,
      expected: '/ipfs/<cid>: blobs are files and have nothing below them',
    })
  const cid = parseCid(name)
  const format = formatOf(url, request)
  const etag = `"${cid}${format === 'file' ? '' : `.${format}`}"`
  response.setHeader('etag', etag)
  response.setHeader('x-ipfs-path', `/ipfs/${cid}`)
  const exchange: Exchange = { store, request, response, cid }
  if (request.headers['if-none-match']?.includes(etag) && (await store.has(cid.toString()))) {
    response.writeHead(304).end()
    return
  }
  await SERVE[format](exchange, url)
}

type Format = keyof typeof TYPES
const SERVE: Record<Format, (exchange: Exchange, url: URL) => Promise<void>> = {
  raw: serveRaw,
  car: serveCar,
  file: serveFile,
}

function formatOf(url: URL, request: IncomingMessage): Format {
  const asked = url.searchParams.get('format')
  if (asked === 'raw' || asked === 'car') return asked
  if (asked !== null)
    throw new InvalidInputError({ field: 'format', value: asked, expected: 'raw or car' })
  const accepted = /application\/vnd\.ipld\.(raw|car)/.exec(request.headers.accept ?? '')
  return (accepted?.[1] as Format | undefined) ?? 'file'
}

async function serveRaw({ store, request, response, cid }: Exchange): Promise<void> {
  const bytes = await store.getBlock(cid.toString())
  response.writeHead(200, {
    'content-type': TYPES.raw,
    'content-length': bytes.length,
    'cache-control': FOR_EVER,
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

async function serveCar({ store, request, response, cid }: Exchange, url: URL): Promise<void> {
  const getBlock = getBlockOf(store)
  // Before the first header goes out: a missing root must be a 404.
  const root = await getBlock(cid)
  const isRootOnly = url.searchParams.get('dag-scope') === 'block'
  response.writeHead(200, { 'content-type': TYPES.car, 'cache-control': FOR_EVER })
  if (request.method === 'HEAD') return void response.end()
  const blocks = isRootOnly ? only({ cid, bytes: root }) : blocksOf(cid, getBlock)
  await send(response, streamCar(cid, blocks))
}

async function serveFile({ store, request, response, cid }: Exchange): Promise<void> {
  const sizeBytes = sizeOfRoot(cid, await store.getBlock(cid.toString()))
  const range = parseByteRange(request.headers.range, sizeBytes)
  response.setHeader('accept-ranges', 'bytes')
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${sizeBytes}` }).end()
    return
  }
  const { first, last } = range === 'whole' ? { first: 0, last: sizeBytes - 1 } : range
  const length = last - first + 1
  const pieces = store.read(cid.toString(), { offset: first, length })[Symbol.asyncIterator]()
  const head = request.method === 'HEAD' ? undefined : await pieces.next()
  response.writeHead(range === 'whole' ? 200 : 206, {
    'content-type': TYPES.file,
    'content-length': length,
    'cache-control': FOR_EVER,
    'content-disposition': 'attachment',
    ...(range === 'whole' ? {} : { 'content-range': `bytes ${first}-${last}/${sizeBytes}` }),
  })
  if (head === undefined || head.done) return void response.end()
  await send(response, startingWith(head.value, pieces))
}

/** Writes at the client's pace; a client that leaves ends the reading, which is its right. */
async function send(response: ServerResponse, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(pieces, response)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

function getBlockOf(store: FolderStore): GetBlock {
  return (cid) => store.getBlock(cid.toString())
}

async function* only<T>(item: T): AsyncGenerator<T> {
  await Promise.resolve()
  yield item
}

async function* startingWith<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}
