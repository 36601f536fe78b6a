import { bytesToHex, type Hex32, hexToBytes, InvalidInputError } from '@millrace/base'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { sha256 } from '#sha256'
import type { Cid } from './blobStore.ts'

/** Bytes of a leaf; a blob up to this size is a single raw block. */
export const LEAF_BYTES = 1 << 20
/** Block of plain bytes. */
export const RAW = 0x55
/** Block of links to other blocks. */
export const DAG_PB = 0x70
const SHA2_256 = 0x12
const DIGEST_BYTES = 32

/** A content id as contracts keep it. */
export type Content = { content: Hex32; codec: number }

/**
 * Id of a blob of up to 1 MiB, without storing it.
 *
 * @throws {RangeError} for a larger one: its id depends on how it is split, so put it instead.
 */
export function cidOf(bytes: Uint8Array): Cid {
  return rawCid(bytes).toString()
}

/** @throws {InvalidInputError} `INVALID_INPUT` */
export function cidToContent(cid: Cid): Content {
  const { code, multihash } = parseCid(cid)
  return { content: bytesToHex(multihash.digest) as Hex32, codec: code }
}

/** @throws {InvalidInputError} `INVALID_INPUT` */
export function contentToCid({ content, codec }: Content): Cid {
  if (codec !== RAW && codec !== DAG_PB)
    throw new InvalidInputError({
      field: 'codec',
      value: codec,
      expected: '85 (raw) or 112 (dag-pb)',
    })
  return cidFrom(codec, hexToBytes(content)).toString()
}

/**
 * A content id as users write it, in its one form: version 0 becomes version 1.
 *
 * @throws {InvalidInputError} `INVALID_INPUT`
 */
export function normalCid(text: string, field = 'cid'): Cid {
  return parseCid(text, field).toString()
}

/** @throws {InvalidInputError} `INVALID_INPUT` */
export function parseCid(text: string, field = 'cid'): CID {
  let cid: CID
  try {
    cid = CID.parse(text)
  } catch {
    throw new InvalidInputError({ field, value: text, expected: 'an IPFS content id' })
  }
  if (!isSupported(cid))
    throw new InvalidInputError({
      field,
      value: text,
      expected: 'a content id of raw bytes or a UnixFS file, hashed with sha2-256',
    })
  return cid.version === 1 ? cid : cid.toV1()
}

/** Whether we can verify blocks of this id. */
export function isSupported({ code, multihash }: CID): boolean {
  const isKnownCodec = code === RAW || code === DAG_PB
  return isKnownCodec && multihash.code === SHA2_256 && multihash.digest.length === DIGEST_BYTES
}

export function rawCid(bytes: Uint8Array): CID {
  if (bytes.length > LEAF_BYTES)
    throw new RangeError(`${bytes.length} bytes are more than one block of ${LEAF_BYTES}`)
  return cidFrom(RAW, sha256(bytes))
}

export function cidFrom(codec: number, digest: Uint8Array): CID {
  return CID.createV1(codec, createDigest(SHA2_256, digest))
}
