import type { CID } from 'multiformats/cid'
import type { ReadOptions } from '../blobStore.ts'
import { RAW } from '../contentId.ts'
import { BlobTooLargeError } from '../errors.ts'
import { checkLeaf, cut, type GetBlock, type Leaf, leavesOf, sizeOfRoot } from './readDag.ts'

/** Streams a blob from a source of verified blocks, fetching `readAhead` leaves before they are asked for. */
export async function* readVerified(
  root: CID,
  getBlock: GetBlock,
  { offset = 0, length = Number.POSITIVE_INFINITY, signal }: ReadOptions,
  readAhead: number,
): AsyncGenerator<Uint8Array> {
  const range = { offset, length }
  const leaves = leavesOf(root, getBlock, range)
  const waiting: { leaf: Leaf; bytes: Promise<Uint8Array> }[] = []
  for (let isEnd = false; !isEnd || waiting.length > 0; ) {
    signal?.throwIfAborted()
    while (!isEnd && waiting.length <= readAhead) {
      const next = await leaves.next()
      if (next.done) {
        isEnd = true
        break
      }
      const bytes = bytesOf(next.value, getBlock)
      // Looked at in its turn; until then its failure must not count as unhandled.
      bytes.catch(() => {})
      waiting.push({ leaf: next.value, bytes })
    }
    const first = waiting.shift()
    if (first !== undefined) yield cut(first.leaf, await first.bytes, range)
  }
}

/**
 * A whole blob in memory; refuses one larger than `maxBytes` by the size that its root tells.
 *
 * @throws {BlobTooLargeError} `BLOB_TOO_LARGE`
 */
export async function getVerified(
  root: CID,
  getBlock: GetBlock,
  { maxBytes, signal, readAhead }: { maxBytes: number; signal?: AbortSignal; readAhead: number },
): Promise<Uint8Array> {
  const rootBytes = await getBlock(root, root.code === RAW ? maxBytes : undefined)
  const sizeBytes = sizeOfRoot(root, rootBytes)
  if (sizeBytes > maxBytes)
    throw new BlobTooLargeError({ what: root.toString(), maxBytes, sizeBytes })
  if (root.code === RAW) return rootBytes
  const getOther: GetBlock = (cid) => (cid.equals(root) ? rootBytes : getBlock(cid))
  const whole = new Uint8Array(sizeBytes)
  let at = 0
  const options = signal === undefined ? {} : { signal }
  for await (const piece of readVerified(root, getOther, options, readAhead)) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

async function bytesOf(leaf: Leaf, getBlock: GetBlock): Promise<Uint8Array> {
  return leaf.kind === 'inline' ? leaf.bytes : checkLeaf(leaf, await getBlock(leaf.cid))
}
