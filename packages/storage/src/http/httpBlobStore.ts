import { type Clock, InvalidInputError, retry, systemClock } from '@millrace/base'
import type { CID } from 'multiformats/cid'
import type { BlobStore, BlockSource, Cid } from '../blobStore.ts'
import { LEAF_BYTES, parseCid, rawCid } from '../contentId.ts'
import { once } from '../dag/buildDag.ts'
import { type Block, encodeCar } from '../dag/carFile.ts'
import { getVerified, readVerified } from '../dag/readVerified.ts'
import { MAX_BLOCK_BYTES, refuseLarge, verifyBlock } from '../dag/verifyBlock.ts'
import { BlobNotFoundError } from '../errors.ts'
import { createRequester, type Requester } from './request.ts'
import { checkStored, uploadStream } from './uploadStream.ts'

export type HttpStoreOptions = {
  /** Origin of a storage node, or for reading of any IPFS trustless gateway. */
  url: string
  fetch?: typeof fetch
  /** Tries of each request while the node does not answer; with growing pauses 8 last some 6 s. */
  attempts?: number
  /** For one block, and for an upload to make progress. */
  timeoutMs?: number
  /** Leaves fetched before they are asked for. */
  readAhead?: number
}

const ATTEMPTS = 8
const TIMEOUT_MS = 30_000
const READ_AHEAD = 4
const MAX_ANSWER_BYTES = 4 << 20
/** Blobs that travel in one CAR file; nodes hold one in memory while they check it. */
const CAR_BYTES = 16 << 20
const CAR_BLOBS = 4096

/**
 * Blobs of a storage node. Reads fetch block by block and verify each, so a broken connection costs
 * one block; connections are kept open between requests.
 *
 * @throws {InvalidInputError} `INVALID_INPUT`
 */
export function httpBlobStore(
  options: HttpStoreOptions,
  { clock = systemClock }: { clock?: Clock } = {},
): BlobStore & BlockSource {
  const url = originOf(options.url)
  const { attempts = ATTEMPTS, timeoutMs = TIMEOUT_MS, readAhead = READ_AHEAD } = options
  const fetch = options.fetch ?? globalThis.fetch
  const request = createRequester({ url, fetch, attempts, timeoutMs, clock })

  const fetchBlock = async (
    cid: CID,
    { maxBytes = MAX_BLOCK_BYTES, signal }: { maxBytes?: number | undefined } & Signal,
  ): Promise<Uint8Array> => {
    const id = cid.toString()
    const bytes = await request({
      method: 'GET',
      path: `/ipfs/${id}?format=raw`,
      cid: id,
      maxBytes: Math.min(maxBytes, MAX_BLOCK_BYTES),
      ...only(signal),
    })
    return verifyBlock(cid, bytes, url)
  }
  const getBlock = (signal: AbortSignal | undefined) => (cid: CID, maxBytes?: number) =>
    fetchBlock(cid, { maxBytes, ...only(signal) })

  return {
    put: async (source, { signal } = {}) => {
      if (!(source instanceof Uint8Array))
        return await uploadStream(source, { url, fetch, timeoutMs, clock, signal })
      if (source.length <= LEAF_BYTES)
        return await putBlock(request, source, { url, ...only(signal) })
      const again = { clock, attempts, firstDelayMs: 100, maxDelayMs: 2_000, ...only(signal) }
      return await retry(
        () => uploadStream(once(source), { url, fetch, timeoutMs, clock, signal }),
        again,
      )
    },
    putMany: async (blobs, { signal } = {}) => {
      refuseLarge(blobs)
      const blocks = blobs.map((bytes) => ({ cid: rawCid(bytes), bytes }))
      for (const group of inGroups(blocks)) await putGroup(request, group, { url, ...only(signal) })
      return blocks.map(({ cid }) => cid.toString())
    },
    read: (cid, readOptions = {}) =>
      readVerified(parseCid(cid), getBlock(readOptions.signal), readOptions, readAhead),
    getBytes: async (cid, { maxBytes, signal }) =>
      await getVerified(parseCid(cid), getBlock(signal), { maxBytes, readAhead, ...only(signal) }),
    getBlock: async (cid, { signal } = {}) => await fetchBlock(parseCid(cid), only(signal)),
    has: async (cid) => await hasBlock(request, parseCid(cid).toString()),
  }
}

type Signal = { signal?: AbortSignal }

async function putBlock(
  request: Requester,
  bytes: Uint8Array,
  { url, signal }: { url: string } & Signal,
): Promise<{ cid: Cid; sizeBytes: number }> {
  const cid = rawCid(bytes).toString()
  const answer = await request({
    method: 'POST',
    path: '/blobs',
    body: { type: 'application/octet-stream', bytes },
    maxBytes: MAX_ANSWER_BYTES,
    ...only(signal),
  })
  checkStored(parse<{ cid?: Cid }>(answer).cid, cid, url)
  return { cid, sizeBytes: bytes.length }
}

async function putGroup(
  request: Requester,
  blocks: readonly Block[],
  { url, signal }: { url: string } & Signal,
): Promise<void> {
  const answer = await request({
    method: 'POST',
    path: '/car',
    body: { type: 'application/vnd.ipld.car', bytes: encodeCar(blocks) },
    maxBytes: MAX_ANSWER_BYTES,
    ...only(signal),
  })
  const { roots = [] } = parse<{ roots?: Cid[] }>(answer)
  for (const [index, { cid }] of blocks.entries()) checkStored(roots[index], cid.toString(), url)
}

async function hasBlock(request: Requester, cid: Cid): Promise<boolean> {
  try {
    await request({ method: 'HEAD', path: `/ipfs/${cid}?format=raw`, cid, maxBytes: 0 })
    return true
  } catch (error) {
    if (error instanceof BlobNotFoundError) return false
    throw error
  }
}

function* inGroups(blocks: readonly Block[]): Generator<Block[]> {
  let group: Block[] = []
  let sizeBytes = 0
  for (const block of blocks) {
    if (
      group.length === CAR_BLOBS ||
      (group.length > 0 && sizeBytes + block.bytes.length > CAR_BYTES)
    ) {
      yield group
      group = []
      sizeBytes = 0
    }
    group.push(block)
    sizeBytes += block.bytes.length
  }
  if (group.length > 0) yield group
}

function parse<T>(answer: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(answer)) as T
}

function only(signal: AbortSignal | undefined): Signal {
  return signal === undefined ? {} : { signal }
}

function originOf(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new InvalidInputError({
      field: 'storage url',
      value: text,
      expected: 'the URL of a storage node, like http://127.0.0.1:8086',
    })
  return url.href.replace(/\/+$/, '')
}
