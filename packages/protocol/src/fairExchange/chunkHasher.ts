import { concat, eightBytes } from './bytes.ts'
import { createKeccak, type Keccak } from './keccak.ts'

/** Hashes of the chunks of a file on sale; docs/protocol/fair-exchange.md. */
export type ChunkHasher = {
  /** `keccak256(02 | index | salt | plain)` */
  plainHash(index: number, salt: Uint8Array, plain: Uint8Array): Uint8Array
  /** `keccak256(00 | index | plainHash | keccak256(cipher))` */
  leaf(index: number, plainHash: Uint8Array, cipher: Uint8Array): Uint8Array
  /** `keccak256(01 | left | right)` */
  node(left: Uint8Array, right: Uint8Array): Uint8Array
}

export function createChunkHasher({ hash }: Keccak = createKeccak()): ChunkHasher {
  return {
    plainHash: (index, salt, plain) => hash(concat([2], eightBytes(index), salt, plain)),
    leaf: (index, plainHash, cipher) =>
      hash(concat([0], eightBytes(index), plainHash, hash(cipher))),
    node: (left, right) => hash(concat([1], left, right)),
  }
}
