import type { CID } from 'multiformats/cid'
import type { BlobStore, BlockSource } from '../blobStore.ts'
import { cidOf, parseCid } from '../contentId.ts'
import { buildDag, once } from '../dag/buildDag.ts'
import { getVerified, readVerified } from '../dag/readVerified.ts'
import { refuseLarge, verifyBlock } from '../dag/verifyBlock.ts'
import { BlobNotFoundError } from '../errors.ts'

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
    getBytes: async (cid, options) =>
      await getVerified(parseCid(cid), getBlock, { ...options, readAhead: 0 }),
    getBlock: (cid) => Promise.resolve().then(() => getBlock(parseCid(cid))),
    has: (cid) => Promise.resolve().then(() => blocks.has(parseCid(cid).toString())),
  }
}
