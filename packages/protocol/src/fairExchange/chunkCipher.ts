import { type Hex32, hexToBytes } from '@millrace/base'
import { createChunkHasher } from './chunkHasher.ts'
import { type FileKey, streamKeyOf } from './fileOffer.ts'
import { createKeccak } from './keccak.ts'

/** Encrypts and decrypts the chunks of one offer; they may come in any order. */
export type ChunkCipher = {
  seal(index: number, plain: Uint8Array): SealedChunk
  /** What the chunk says, and the hash that the seller promised if it is honest. */
  open(index: number, cipher: Uint8Array): { plain: Uint8Array; plainHash: Uint8Array }
}

/** A chunk as it goes to the buyer, before any key. */
export type SealedChunk = { plainHash: Uint8Array; cipher: Uint8Array }

export function createChunkCipher(offerId: Hex32, key: FileKey): ChunkCipher {
  const keccak = createKeccak()
  const hasher = createChunkHasher(keccak)
  const streamKey = hexToBytes(streamKeyOf(offerId, key.secret))
  const salt = hexToBytes(key.salt)
  return {
    seal: (index, plain) => ({
      plainHash: hasher.plainHash(index, salt, plain),
      cipher: keccak.crypt(plain, { key: streamKey, index }),
    }),
    open(index, cipher) {
      const plain = keccak.crypt(cipher, { key: streamKey, index })
      return { plain, plainHash: hasher.plainHash(index, salt, plain) }
    },
  }
}
