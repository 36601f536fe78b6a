import { importer } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import { LEAF_BYTES, rawCid } from '../contentId.ts'

/** Takes the blocks of a blob while it is being built, leaves in the order of the bytes. */
export type DagSink = {
  leaf(leaf: { cid: CID; bytes: Uint8Array; offset: number }): Promise<void> | void
  node(node: { cid: CID; bytes: Uint8Array }): void
}

export type BuiltDag = { cid: CID; sizeBytes: number }

/**
 * Cuts a stream of any size into the blocks of profile `unixfs-v1-2025` in one pass and constant
 * memory. The IPFS importer lays out the nodes, so the id is the one that IPFS tools give.
 */
export async function buildDag(
  source: AsyncIterable<Uint8Array>,
  sink: DagSink,
  signal?: AbortSignal,
): Promise<BuiltDag> {
  let sizeBytes = 0
  const toLeaves = async function* ({ content }: { content: AsyncIterable<Uint8Array> }) {
    for await (const bytes of content) {
      signal?.throwIfAborted()
      const cid = rawCid(bytes)
      await sink.leaf({ cid, bytes, offset: sizeBytes })
      sizeBytes += bytes.length
      const leaf = { cid, size: BigInt(bytes.length), block: bytes }
      yield () => Promise.resolve(leaf)
    }
  }
  const put = (cid: CID, bytes: Uint8Array): Promise<CID> => {
    sink.node({ cid, bytes })
    return Promise.resolve(cid)
  }
  const entries = importer([{ content: inLeaves(source) }], { put } as never, {
    profile: 'unixfs-v1-2025',
    chunker: (chunks) => chunks as AsyncIterable<Uint8Array>,
    bufferImporter: toLeaves,
  })
  for await (const { cid } of entries) return { cid, sizeBytes }
  throw new RangeError('the importer gave no root')
}

/** Pieces of exactly one leaf each, the last one shorter; an empty source gives one empty piece. */
async function* inLeaves(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
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
