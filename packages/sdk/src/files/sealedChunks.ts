import { chunkCount, chunkLength, type FileOffer, type SealedChunk } from '@millrace/protocol'
import { SealedFileMismatchError } from '../errors.ts'
import { cutChunks } from './cutChunks.ts'
import { HASH_BYTES } from './sealFile.ts'

/**
 * The chunks of a sealed file, as many and as long as the terms say.
 *
 * @throws {SealedFileMismatchError} `SEALED_FILE_MISMATCH`
 */
export async function* sealedChunks(
  source: AsyncIterable<Uint8Array>,
  terms: Pick<FileOffer, 'sizeBytes' | 'chunkBytes'>,
): AsyncGenerator<SealedChunk & { index: number }> {
  const count = chunkCount(terms)
  let index = 0
  for await (const piece of cutChunks(source, HASH_BYTES + terms.chunkBytes)) {
    if (index === count) throw mismatch('number of chunks', count, `${count + 1} at least`)
    const [expected, found] = [chunkLength(terms, index), piece.length - HASH_BYTES]
    if (found !== expected) throw mismatch(`length of chunk ${index}`, expected, found)
    yield { index, plainHash: piece.slice(0, HASH_BYTES), cipher: piece.slice(HASH_BYTES) }
    index++
  }
  if (index !== count) throw mismatch('number of chunks', count, index)
}

const mismatch = (field: string, expected: number, found: number | string) =>
  new SealedFileMismatchError({ field, expected: String(expected), found: String(found) })
