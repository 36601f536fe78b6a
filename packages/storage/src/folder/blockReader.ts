import type { Logger } from '@millrace/base'
import type { CID } from 'multiformats/cid'
import { cidFrom, RAW } from '../contentId.ts'
import { isBlockOf } from '../dag/verifyBlock.ts'
import { BlobCorruptError, BlobNotFoundError } from '../errors.ts'
import type { BlobIndex, LeafPlace } from './blobIndex.ts'
import type { Commit } from './commitQueue.ts'
import type { FileStorage } from './fileStorage.ts'

type Deps = { index: BlobIndex; files: FileStorage; commit: Commit; log: Logger }

/** Bytes that claim to be a block, and the blob that they are part of. */
type Candidate = { blob: number; bytes: Uint8Array }

/**
 * Reads single blocks from the folder and verifies each, always. A block may lie in several blobs:
 * one good copy is enough, and blobs with a bad one are marked, so that they can be stored again.
 */
export function createBlockReader(deps: Deps): (cid: CID) => Promise<Uint8Array> {
  return async (cid) => {
    let isKnown = false
    for await (const { blob, bytes } of candidates(cid, deps)) {
      if (isBlockOf(cid, bytes)) return bytes
      isKnown = true
      deps.log.error('stored block is damaged', { cid: cid.toString(), blob })
      await deps.commit(() => deps.index.markDamaged(blob))
    }
    if (isKnown) throw new BlobCorruptError({ cid: cid.toString() })
    throw new BlobNotFoundError({ cid: cid.toString() })
  }
}

async function* candidates(cid: CID, { index, files }: Deps): AsyncGenerator<Candidate> {
  if (cid.code !== RAW) {
    yield* index.nodesOf(cid)
    return
  }
  const row = index.find(cid)
  if (row !== undefined && row.bytes !== null) yield { blob: row.id, bytes: row.bytes }
  for (const place of index.leavesOf(cid))
    yield { blob: place.blob, bytes: await readLeaf(place, files) }
}

/** What is in the leaf's place; nothing when its file is missing or cannot be read. */
async function readLeaf(place: LeafPlace, files: FileStorage): Promise<Uint8Array> {
  try {
    return await files.readAt(cidFrom(place.codec, place.digest), place.off, place.len)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EIO') return new Uint8Array()
    throw error
  }
}
