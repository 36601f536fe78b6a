import { importer } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import { LEAF_BYTES, RAW, rawCid } from '../contentId.ts'
import { checkLeaf, type GetBlock, leavesOf } from './readDag.ts'

/** Takes the blocks of a blob while it is being built, leaves in the order of the bytes. */
export type DagSink = {
  leaf(leaf: { cid: CID; bytes: Uint8Array; offset: number }): Promise<void> | void
  node(node: { cid: CID; bytes: Uint8Array }): void
}

export type BuiltDag = { cid: CID; sizeBytes: number }

/**
 * Cuts a stream of any size into the blocks of profile `unixfs-v1-2025` in one pass and constant
 * memory.
 */
export async function buildDag(
  source: AsyncIterable<Uint8Array>,
  sink: DagSink,
  signal?: AbortSignal,
): Promise<BuiltDag> {
  const leaves = async function* (): AsyncGenerator<LeafId> {
    let offset = 0
    for await (const bytes of inLeaves(source)) {
      signal?.throwIfAborted()
      const cid = rawCid(bytes)
      await sink.leaf({ cid, bytes, offset })
      offset += bytes.length
      yield { cid, length: bytes.length }
    }
  }
  return await layOut(leaves(), (node) => sink.node(node))
}

/** What a node above needs to know of a leaf. */
export type LeafId = { cid: CID; length: number }

/** Builds the nodes above leaves; the IPFS importer does it, so the id is the one that IPFS tools give. */
export async function layOut(
  leaves: AsyncIterable<LeafId> | Iterable<LeafId>,
  onNode: DagSink['node'],
): Promise<BuiltDag> {
  let sizeBytes = 0
  const toEntries = async function* () {
    for await (const { cid, length } of leaves) {
      sizeBytes += length
      const entry = { cid, size: BigInt(length), block: NO_BYTES }
      yield () => Promise.resolve(entry)
    }
  }
  const put = (cid: CID, bytes: Uint8Array): Promise<CID> => {
    onNode({ cid, bytes })
    return Promise.resolve(cid)
  }
  const entries = importer([{ content: NO_BYTES }], { put } as never, {
    profile: 'unixfs-v1-2025',
    bufferImporter: toEntries,
  })
  for await (const { cid } of entries) return { cid, sizeBytes }
  throw new RangeError('the importer gave no root')
}

/** The importer needs a leaf's bytes only for files with a mode or a time, which blobs lack. */
const NO_BYTES = new Uint8Array()

/**
 * Takes a blob over block by block as its root names it, whatever profile cut it. `getBlock`
 * verifies; leaves must be as long as the nodes say.
 */
export async function copyDag(root: CID, getBlock: GetBlock, sink: DagSink): Promise<BuiltDag> {
  const seen = new Set<string>()
  const getAndKeep: GetBlock = async (cid) => {
    const bytes = await getBlock(cid)
    if (cid.code !== RAW && !seen.has(cid.toString())) sink.node({ cid, bytes })
    seen.add(cid.toString())
    return bytes
  }
  let sizeBytes = 0
  let offset = 0
  for await (const leaf of leavesOf(root, getAndKeep)) {
    sizeBytes += leaf.length
    if (leaf.kind === 'inline') continue
    const bytes = checkLeaf(leaf, await getBlock(leaf.cid))
    await sink.leaf({ cid: leaf.cid, bytes, offset })
    offset += bytes.length
  }
  return { cid: root, sizeBytes }
}

/** Pieces of exactly one leaf each, the last one shorter; an empty source gives one empty piece. */
export async function* inLeaves(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let parts: Uint8Array[] = []
  let length = 0
  let isEmpty = true
  for await (let chunk of source) {
    while (length + chunk.length >= LEAF_BYTES) {
      const taken = LEAF_BYTES - length
      yield join([...parts, chunk.subarray(0, taken)])
      isEmpty = false
      parts = []
      length = 0
      chunk = chunk.subarray(taken)
    }
    if (chunk.length > 0) parts.push(chunk)
    length += chunk.length
  }
  if (length > 0 || isEmpty) yield join(parts)
}

function join(parts: Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)
}

/** Bytes as a stream of one piece. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield bytes
}
