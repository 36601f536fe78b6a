import { createChunkHasher, createFileTree, type FileOffer } from '@millrace/protocol'
import { SealedFileMismatchError } from '../errors.ts'
import { sealedChunks } from './sealedChunks.ts'

/**
 * Checks, before anything is paid, that a sealed file is what its offer binds the seller to: sizes,
 * `root` and `plainRoot`. That `plainRoot` is the file wanted is for the buyer to know.
 *
 * @throws {SealedFileMismatchError} `SEALED_FILE_MISMATCH`
 */
export async function checkSealed(
  source: AsyncIterable<Uint8Array>,
  terms: Pick<FileOffer, 'sizeBytes' | 'chunkBytes' | 'root' | 'plainRoot'>,
): Promise<void> {
  const hasher = createChunkHasher()
  const [tree, plainTree] = [createFileTree(hasher), createFileTree(hasher)]
  for await (const { index, plainHash, cipher } of sealedChunks(source, terms)) {
    tree.push(hasher.leaf(index, plainHash, cipher))
    plainTree.push(plainHash)
  }
  const found = { root: tree.finish().root, plainRoot: plainTree.finish().root }
  for (const field of ['root', 'plainRoot'] as const) {
    if (found[field] === terms[field]) continue
    throw new SealedFileMismatchError({ field, expected: terms[field], found: found[field] })
  }
}
