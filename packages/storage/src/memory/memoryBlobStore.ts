import type { CID } from 'multiformats/cid'
import type { BlobStore, BlockSource } from '../blobStore.ts'
import { cidOf, LEAF_BYTES, parseCid } from '../contentId.ts'
import { buildDag } from '../dag/buildDag.ts'
import { getVerified, readVerified } from '../dag/readVerified.ts'
import { verifyBlock } from '../dag/verifyBlock.ts'
import { BlobNotFoundError, BlobTooLargeError } from '../errors.ts'

/** Blobs of one process, gone with it: for tests and short-lived tools. */
export function memoryBlobStore(): BlobStore & BlockSource {
  const blocks = new Map<string, Uint8Array>()
  const getBlock = (cid: CID): Uint8Array => {
    const bytes = blocks.get(cid.toString())
    if (bytes === undefined) throw new BlobNotFoundError({ cid: cid.toString() })
    return verifyBlock(cid, bytes)
  }
  const keep = ({ cid, bytes }: { cid: CID; bytes: Uint8Array }): void => {
    blocks.set(cid.toString(), bytes.slice())
  }
  return {
    put: async (source, { signal } = {}) => {
      const stream = source instanceof Uint8Array ? once(source) : source
      const { cid, sizeBytes } = await buildDag(stream, { leaf: keep, node: keep }, signal)
      return { cid: cid.toString(), sizeBytes }
    },
    putMany: (blobs) =>
      Promise.resolve().then(() => {
        refuseLarge(blobs)
        return blobs.map((bytes) => {
          const cid = cidOf(bytes)
          blocks.set(cid, bytes.slice())
          return cid
        })
      }),
    read: (cid, options = {}) => readVerified(parseCid(cid), getBlock, options, 0),
    getBytes: (cid, options) => getVerified(parseCid(cid), getBlock, { ...options, readAhead: 0 }),
    getBlock: (cid) => Promise.resolve().then(() => getBlock(parseCid(cid))),
    has: (cid) => Promise.resolve().then(() => blocks.has(parseCid(cid).toString())),
  }
}

/** `putMany` takes only blobs of one block. */
export function refuseLarge(blobs: readonly Uint8Array[]): void {
  const large = blobs.find((bytes) => bytes.length > LEAF_BYTES)
  if (large !== undefined)
    throw new BlobTooLargeError({
      what: 'a blob among many',
      maxBytes: LEAF_BYTES,
      sizeBytes: large.length,
    })
}

/** Bytes as a stream of one piece. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield bytes
}
