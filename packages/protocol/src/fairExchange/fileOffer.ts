import type { Address, Hex32, Seconds, UnixSeconds, Wei } from '@millrace/base'
import { keccakOf, word } from '../hash.ts'

/** Terms of the sale of one file, as FairExchange takes them. */
export type FileOffer = {
  seller: Address
  /** Names the offer among those of its seller; used once. */
  nonce: bigint
  /** Who may buy; the zero address: anybody. */
  buyer: Address
  /** Root over index, plain hash and cipher hash of all chunks: what the seller is held to. */
  root: Hex32
  /** Root over the plain hashes: what the buyer wants. */
  plainRoot: Hex32
  keyCommitment: Hex32
  sizeBytes: bigint
  chunkBytes: number
  price: Wei
  /** Lost to the buyer if the key is withheld or a chunk is wrong; a tenth of the price at least. */
  deposit: Wei
  acceptUntil: UnixSeconds
  revealSec: Seconds
  complainSec: Seconds
}

/** What opens a file. A salt of zeros means unsalted: anybody can compute `plainRoot` from the file. */
export type FileKey = { secret: Hex32; salt: Hex32 }

/** Largest chunk that FairExchange takes: a complaint carries one. */
export const MAX_CHUNK_BYTES = 16_384
/** Largest file that FairExchange takes. */
export const MAX_FILE_BYTES = 2 ** 48

/** Name of an offer: `keccak256(abi.encode(chainId, FairExchange, seller, nonce))`. */
export function fileOfferId({
  chainId,
  verifyingContract,
  seller,
  nonce,
}: {
  chainId: number
  verifyingContract: Address
  seller: Address
  nonce: bigint
}): Hex32 {
  return keccakOf(word(chainId), word(verifyingContract), word(seller), word(nonce))
}

/** What binds a seller to the key before it shows it: `keccak256(04 | offerId | secret | salt)`. */
export function keyCommitmentOf(offerId: Hex32, { secret, salt }: FileKey): Hex32 {
  return keccakOf('04', offerId, secret, salt)
}

/** Key of the keystream: `keccak256(03 | offerId | secret)`, so no two offers share one. */
export function streamKeyOf(offerId: Hex32, secret: Hex32): Hex32 {
  return keccakOf('03', offerId, secret)
}

/** Chunks of a file; all have `chunkBytes` but the last, which has what is left. */
export function chunkCount({ sizeBytes, chunkBytes }: FileSize): number {
  return Number((sizeBytes + BigInt(chunkBytes) - 1n) / BigInt(chunkBytes))
}

/** Bytes of chunk `index`. */
export function chunkLength({ sizeBytes, chunkBytes }: FileSize, index: number): number {
  return Math.min(chunkBytes, Number(sizeBytes) - index * chunkBytes)
}

type FileSize = Pick<FileOffer, 'sizeBytes' | 'chunkBytes'>
