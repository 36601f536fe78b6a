import { bytesToHex, type Hex32 } from '@millrace/base'
import {
  type ChunkProof,
  createChunkCipher,
  createChunkHasher,
  createFileTree,
  type FileKey,
  type FileOffer,
} from '@millrace/protocol'
import { WrongChunkError } from '../errors.ts'
import { sealedChunks } from './sealedChunks.ts'

type Terms = Pick<FileOffer, 'sizeBytes' | 'chunkBytes'>

/**
 * Decrypts a sealed file chunk by chunk and checks each before it is handed on.
 *
 * @throws {WrongChunkError} `WRONG_CHUNK`: {@link buildComplaint} makes the proof of it.
 */
export async function* openSealed(
  source: AsyncIterable<Uint8Array>,
  { terms, offerId, key }: { terms: Terms; offerId: Hex32; key: FileKey },
): AsyncGenerator<Uint8Array> {
  const opener = createChunkCipher(offerId, key)
  for await (const { index, plainHash, cipher } of sealedChunks(source, terms)) {
    const opened = opener.open(index, cipher)
    if (!isSame(opened.plainHash, plainHash)) throw new WrongChunkError({ offerId, index })
    yield opened.plain
  }
}

/** The complaint about chunk `index`: reads the sealed file once more, for the way to its root. */
export async function buildComplaint(
  source: AsyncIterable<Uint8Array>,
  { terms, index }: { terms: Terms; index: number },
): Promise<ChunkProof> {
  const hasher = createChunkHasher()
  const tree = createFileTree(hasher, index)
  let found: Pick<ChunkProof, 'plainHash' | 'cipher'> | undefined
  for await (const chunk of sealedChunks(source, terms)) {
    const { plainHash, cipher } = chunk
    tree.push(hasher.leaf(chunk.index, plainHash, cipher))
    if (chunk.index === index)
      found = { plainHash: bytesToHex(plainHash) as Hex32, cipher: bytesToHex(cipher) }
  }
  if (found === undefined) throw new RangeError(`no chunk ${index}`)
  return { index: BigInt(index), ...found, path: tree.finish().path }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i])
