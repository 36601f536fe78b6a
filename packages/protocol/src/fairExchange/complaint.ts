import { bytesToHex, type Hex, type Hex32, hexToBytes } from '@millrace/base'
import { verifyMerkleProof } from '../merkle.ts'
import { createChunkCipher } from './chunkCipher.ts'
import { createChunkHasher } from './chunkHasher.ts'
import { chunkCount, chunkLength, type FileKey, type FileOffer } from './fileOffer.ts'

/** One chunk as the buyer got it, and the way from its leaf to the root. */
export type ChunkProof = { index: bigint; plainHash: Hex32; cipher: Hex; path: readonly Hex32[] }

/** What FairExchange decides about a complaint: only `upheld` gives the price back. */
export type ComplaintVerdict = 'upheld' | 'notCommitted' | 'correct'

/** Judges a complaint as FairExchange does. */
export function judgeComplaint(
  terms: Pick<FileOffer, 'root' | 'sizeBytes' | 'chunkBytes'>,
  { offerId, key, chunk }: { offerId: Hex32; key: FileKey; chunk: ChunkProof },
): ComplaintVerdict {
  const count = chunkCount(terms)
  if (chunk.index >= BigInt(count)) return 'notCommitted'
  const index = Number(chunk.index)
  const cipher = hexToBytes(chunk.cipher)
  const leaf = createChunkHasher().leaf(index, hexToBytes(chunk.plainHash), cipher)
  const place = { index, count, proof: chunk.path, root: terms.root }
  if (!verifyMerkleProof(bytesToHex(leaf) as Hex32, place)) return 'notCommitted'
  if (cipher.length !== chunkLength(terms, index)) return 'upheld'
  const { plainHash } = createChunkCipher(offerId, key).open(index, cipher)
  return bytesToHex(plainHash) === chunk.plainHash ? 'correct' : 'upheld'
}
