import type { CID } from 'multiformats/cid'
import { sha256 } from '#sha256'
import { LEAF_BYTES } from '../contentId.ts'
import { BlobCorruptError, BlobTooLargeError } from '../errors.ts'

/** Largest block that anybody needs: IPFS nodes exchange no larger ones. */
export const MAX_BLOCK_BYTES = 2 << 20

export function isBlockOf(cid: CID, bytes: Uint8Array): boolean {
  return Buffer.compare(sha256(bytes), cid.multihash.digest) === 0
}

/** @throws {BlobCorruptError} `BLOB_CORRUPT` */
export function verifyBlock(cid: CID, bytes: Uint8Array, where?: string): Uint8Array {
  if (isBlockOf(cid, bytes)) return bytes
  throw new BlobCorruptError({ cid: cid.toString(), ...(where === undefined ? {} : { where }) })
}

/** `putMany` takes only blobs of one block. */
export function refuseLarge(blobs: readonly Uint8Array[]): void {
  const large = blobs.find((bytes) => bytes.length > LEAF_BYTES)
  if (large === undefined) return
  const { length: sizeBytes } = large
  throw new BlobTooLargeError({ what: 'one of many blobs', maxBytes: LEAF_BYTES, sizeBytes })
}
