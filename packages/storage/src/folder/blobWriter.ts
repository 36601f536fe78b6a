import { type Clock, mapLimit, nowSec } from '@millrace/base'
import type { CID } from 'multiformats/cid'
import type { Cid } from '../blobStore.ts'
import { LEAF_BYTES, rawCid } from '../contentId.ts'
import { type BuiltDag, buildDag, copyDag, type DagSink, once } from '../dag/buildDag.ts'
import { type GetBlock, sizeOfRoot } from '../dag/readDag.ts'
import { refuseLarge } from '../dag/verifyBlock.ts'
import { asFull } from '../diskFull.ts'
import { BlobCorruptError, BlobTooLargeError } from '../errors.ts'
import type { BlobIndex, NewBlob } from './blobIndex.ts'
import type { Commit } from './commitQueue.ts'
import type { FileStorage } from './fileStorage.ts'
import type { Quota } from './quota.ts'

export type WriteOptions = {
  signal?: AbortSignal
  /** Whose quota it counts to. */
  client?: string
  /** Refuses a larger blob. */
  maxBytes?: number
}

export type BlobWriter = {
  put(
    source: Uint8Array | AsyncIterable<Uint8Array>,
    options?: WriteOptions,
  ): Promise<{ cid: Cid; sizeBytes: number }>
  putMany(blobs: readonly Uint8Array[], options?: WriteOptions): Promise<Cid[]>
  /** Takes the blocks from `getBlock`, which verifies them, and keeps the root's id. */
  importDag(root: CID, getBlock: GetBlock, options?: WriteOptions): Promise<void>
  isBusy(cid: CID): boolean
}

export type BlobWriterDeps = {
  index: BlobIndex
  files: FileStorage
  commit: Commit
  quota: Quota
  getBlock: (cid: CID) => Promise<Uint8Array>
  dir: string
  clock: Clock
  lifetimeSec: number | undefined
}

/** Blobs up to this size live in the index: one flush for many, and no file each. */
const INLINE_BYTES = 64 << 10
const UPLOAD_TAG = 'upload'
/** Client of whoever calls the store directly. */
const OWNER = 'owner'
const PARALLEL_FILES = 4

/** Brings blobs into the folder; a blob is acknowledged when its row is committed. */
export function createBlobWriter(deps: BlobWriterDeps): BlobWriter {
  const { quota, dir } = deps
  const busy = createBusySet()

  const putStream = async (
    source: AsyncIterable<Uint8Array>,
    { signal, client = OWNER, maxBytes = Number.POSITIVE_INFINITY }: WriteOptions,
  ): Promise<BuiltDag> => {
    const room = quota.reserve(client)
    const pieces = counted(source, maxBytes, room.grow)
    try {
      const head = await takeHead(pieces)
      if (head.length > INLINE_BYTES) {
        const build = (sink: DagSink): Promise<BuiltDag> =>
          buildDag(prepend(head, pieces), sink, signal)
        return await storeFile(deps, { build, client, busy })
      }
      room.release()
      const cid = rawCid(head)
      await putInline(deps, [{ cid, bytes: head }], client)
      return { cid, sizeBytes: head.length }
    } finally {
      room.release()
      await pieces.return(undefined)
    }
  }
  const put: BlobWriter['put'] = async (source, options = {}) => {
    if (source instanceof Uint8Array && source.length <= LEAF_BYTES) {
      const cid = rawCid(source)
      if (await keepStored(deps, cid)) return { cid: cid.toString(), sizeBytes: source.length }
    }
    await quota.checkDisk()
    const stream = source instanceof Uint8Array ? once(source) : source
    const { cid, sizeBytes } = await putStream(stream, options).catch((error) =>
      Promise.reject(asFull(error, dir)),
    )
    return { cid: cid.toString(), sizeBytes }
  }

  return {
    put,
    putMany: async (blobs, options = {}) => {
      refuseLarge(blobs)
      await quota.checkDisk()
      const all = blobs.map((bytes) => ({ cid: rawCid(bytes), bytes }))
      const large = all.filter(({ bytes }) => bytes.length > INLINE_BYTES)
      await mapLimit(large, PARALLEL_FILES, ({ bytes }) => put(bytes, options))
      const small = all.filter(({ bytes }) => bytes.length <= INLINE_BYTES)
      await putInline(deps, small, options.client ?? OWNER)
      return all.map(({ cid }) => cid.toString())
    },
    importDag: async (root, getBlock, { client = OWNER, maxBytes } = {}) => {
      await quota.checkDisk()
      const sizeBytes = sizeOfRoot(root, await getBlock(root))
      if (maxBytes !== undefined && sizeBytes > maxBytes)
        throw new BlobTooLargeError({ what: root.toString(), maxBytes, sizeBytes })
      const room = quota.reserve(client)
      try {
        room.grow(sizeBytes)
        const build = (sink: DagSink): Promise<BuiltDag> => copyDag(root, getBlock, sink)
        await storeFile(deps, { build, client, busy })
      } catch (error) {
        throw asFull(error, dir)
      } finally {
        room.release()
      }
    },
    isBusy: busy.has,
  }
}

/** True when a single block is there already and whole: an upload sent twice needs no room. */
async function keepStored(
  { index, commit, getBlock, clock, lifetimeSec }: BlobWriterDeps,
  cid: CID,
): Promise<boolean> {
  if (index.findId(cid) === undefined) return false
  try {
    await getBlock(cid)
  } catch (error) {
    if (error instanceof BlobCorruptError) return false
    throw error
  }
  return await commit(() => {
    const found = index.findId(cid)
    if (found !== undefined) pinUpload(found.id, { index, clock, lifetimeSec })
    return found !== undefined
  })
}

type BusySet = { hold(cid: CID): () => void; has(cid: CID): boolean }

/**
 * Effects in order, and what a crash after each leaves: draft written (swept at the next start);
 * file named (an orphan, swept by the next collection); row committed (stored).
 */
async function storeFile(
  { files, commit, index, clock, lifetimeSec }: BlobWriterDeps,
  parameters: {
    build: (sink: DagSink) => Promise<BuiltDag>
    client: string
    busy: BusySet
  },
): Promise<BuiltDag> {
  const { build, client, busy } = parameters
  const draft = await files.draft()
  const leaves: { cid: CID; offset: number; length: number }[] = []
  const nodes: { cid: CID; bytes: Uint8Array }[] = []
  let release = (): void => {}
  try {
    const dag = await build({
      leaf: async ({ cid, bytes, offset }) => {
        leaves.push({ cid, offset, length: bytes.length })
        await draft.append(bytes)
      },
      node: (node) => void nodes.push(node),
    })
    // From here on a collection must not take the file for an orphan or an expired blob.
    release = busy.hold(dag.cid)
    await draft.publish(dag.cid)
    await commit(() =>
      addPinned({ ...dag, bytes: undefined, client, leaves, nodes }, { index, clock, lifetimeSec }),
    )
    return dag
  } finally {
    release()
    await draft.discard()
  }
}

async function putInline(
  { commit, index, quota, clock, lifetimeSec, dir }: BlobWriterDeps,
  blobs: readonly { cid: CID; bytes: Uint8Array }[],
  client: string,
): Promise<void> {
  const addAll = (): void => {
    for (const { cid, bytes } of blobs) {
      if (index.findId(cid) === undefined) quota.check(client, bytes.length)
      const blob = { cid, sizeBytes: bytes.length, bytes, client, leaves: [], nodes: [] }
      addPinned(blob, { index, clock, lifetimeSec })
    }
  }
  try {
    await commit(addAll)
  } catch (error) {
    throw asFull(error, dir)
  }
}

function addPinned(
  blob: NewBlob,
  { index, clock, lifetimeSec }: Pick<BlobWriterDeps, 'index' | 'clock' | 'lifetimeSec'>,
): void {
  pinUpload(index.add(blob), { index, clock, lifetimeSec })
}

function pinUpload(
  id: number,
  { index, clock, lifetimeSec }: Pick<BlobWriterDeps, 'index' | 'clock' | 'lifetimeSec'>,
): void {
  index.pin(id, UPLOAD_TAG, lifetimeSec === undefined ? undefined : nowSec(clock) + lifetimeSec)
}

/** Which blobs are being stored right now, counted: two uploads may bring the same one. */
function createBusySet(): BusySet {
  const counts = new Map<string, number>()
  return {
    hold: (cid) => {
      const key = cid.toString()
      counts.set(key, (counts.get(key) ?? 0) + 1)
      return () => {
        const left = (counts.get(key) ?? 0) - 1
        if (left <= 0) counts.delete(key)
        else counts.set(key, left)
      }
    },
    has: (cid) => counts.has(cid.toString()),
  }
}

/** Passes a stream on while it stays within the limit and finds room. */
async function* counted(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  grow: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let total = 0
  for await (const piece of source) {
    total += piece.length
    if (total > maxBytes) throw new BlobTooLargeError({ what: 'the upload', maxBytes })
    grow(piece.length)
    yield piece
  }
}

/** Reads until the stream ends or is too long to live in the index. */
async function takeHead(pieces: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  const taken: Uint8Array[] = []
  let length = 0
  while (length <= INLINE_BYTES) {
    const { value, done } = await pieces.next()
    if (done) break
    taken.push(value)
    length += value.length
  }
  return taken.length === 1 ? (taken[0] as Uint8Array) : Buffer.concat(taken)
}

async function* prepend(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield head
  yield* rest
}
