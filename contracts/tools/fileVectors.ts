import { type Address, bytesToHex, type Hex32 } from '@millrace/base'
import {
  createChunkCipher,
  createChunkHasher,
  type FileKey,
  fileOfferId,
  keyCommitmentOf,
  merkleProof,
  merkleRoot,
} from '@millrace/protocol'
import { keccak256, toHex } from 'viem'

const CHUNK_BYTES = 96
const BYTES = 5 * CHUNK_BYTES + 33

/** A file on sale, as @millrace/protocol seals it. */
export function file() {
  const name = {
    chainId: 31_337,
    verifyingContract: keccak256(toHex('fair exchange')).slice(0, 42) as Address,
    seller: keccak256(toHex('seller')).slice(0, 42) as Address,
    nonce: 2n ** 200n + 5n,
  }
  const key: FileKey = {
    secret: keccak256(toHex('secret')) as Hex32,
    salt: keccak256(toHex('salt')) as Hex32,
  }
  const offerId = fileOfferId(name)
  const content = Uint8Array.from({ length: BYTES }, (_, i) => (i * 7 + (i >> 8)) % 256)
  const cipher = createChunkCipher(offerId, key)
  const hasher = createChunkHasher()
  const chunks = Array.from({ length: Math.ceil(BYTES / CHUNK_BYTES) }, (_, i) =>
    cipher.seal(i, content.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)),
  )
  const leaves = chunks.map((chunk, i) =>
    bytesToHex(hasher.leaf(i, chunk.plainHash, chunk.cipher)),
  ) as Hex32[]
  return {
    ...name,
    nonce: name.nonce.toString(),
    ...key,
    chunkBytes: CHUNK_BYTES,
    content: bytesToHex(content),
    offerId,
    keyCommitment: keyCommitmentOf(offerId, key),
    plainHashes: chunks.map(({ plainHash }) => bytesToHex(plainHash)),
    ciphers: bytesToHex(Buffer.concat(chunks.map((chunk) => chunk.cipher))),
    root: merkleRoot(leaves),
    pathOf4: merkleProof(leaves, 4),
  }
}
