import { type Hex32, InvalidInputError } from '@millrace/base'
import {
  createChunkCipher,
  createChunkHasher,
  createFileTree,
  type FileKey,
  MAX_CHUNK_BYTES,
} from '@millrace/protocol'
import { cutChunks } from './cutChunks.ts'

/** Bytes of a plain hash, which stands before each encrypted chunk. */
export const HASH_BYTES = 32
/** Pieces are handed on in blocks: one for each chunk would cost more than hashing it. */
const BLOCK_BYTES = 256 * 1024

export type SealFileParameters = { offerId: Hex32; key: FileKey; chunkBytes: number }

/** What the terms of an offer say about a sealed file. */
export type SealedFacts = { root: Hex32; plainRoot: Hex32; sizeBytes: bigint }

/**
 * Encrypts a file chunk by chunk. What comes out is, for each chunk, its plain hash and its cipher;
 * memory stays at a few chunks however long the file is.
 *
 * @returns `bytes`, to be read once, and `facts`, which are there when all bytes were read.
 * @throws {InvalidInputError} `INVALID_INPUT`
 */
export function sealFile(
  source: AsyncIterable<Uint8Array>,
  { offerId, key, chunkBytes }: SealFileParameters,
): { bytes: AsyncIterable<Uint8Array>; facts: () => SealedFacts } {
  requireChunkBytes(chunkBytes)
  let facts: SealedFacts | undefined
  async function* sealed(): AsyncGenerator<Uint8Array> {
    const cipher = createChunkCipher(offerId, key)
    const hasher = createChunkHasher()
    const [tree, plainTree] = [createFileTree(hasher), createFileTree(hasher)]
    let [index, sizeBytes] = [0, 0n]
    for await (const plain of cutChunks(source, chunkBytes)) {
      const chunk = cipher.seal(index, plain)
      tree.push(hasher.leaf(index++, chunk.plainHash, chunk.cipher))
      plainTree.push(chunk.plainHash)
      sizeBytes += BigInt(plain.length)
      yield chunk.plainHash
      yield chunk.cipher
    }
    if (index === 0) throw empty()
    facts = { root: tree.finish().root, plainRoot: plainTree.finish().root, sizeBytes }
  }
  return {
    bytes: cutChunks(sealed(), BLOCK_BYTES),
    facts: () => {
      if (facts === undefined) throw new RangeError('the sealed bytes were not read to their end')
      return facts
    },
  }
}

function requireChunkBytes(chunkBytes: number): void {
  if (Number.isInteger(chunkBytes) && chunkBytes >= 32 && chunkBytes <= MAX_CHUNK_BYTES) return
  throw new InvalidInputError({
    field: 'chunkBytes',
    value: chunkBytes,
    expected: `a whole number from 32 to ${MAX_CHUNK_BYTES}`,
  })
}

const empty = () =>
  new InvalidInputError({ field: 'file', value: '0 bytes', expected: 'a byte at least' })
