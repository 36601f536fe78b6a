import type { CID } from 'multiformats/cid'
import { cidFrom, parseCid } from '../contentId.ts'
import type { BlobIndex, ExpiredRow } from './blobIndex.ts'
import type { Commit } from './commitQueue.ts'
import type { FileStorage } from './fileStorage.ts'

export type Collected = { blobs: number; bytes: number }

/** Blobs removed in one transaction; reading and writing go on between two. */
const PAGE = 200

type Deps = {
  index: BlobIndex
  files: FileStorage
  commit: Commit
  /** Whether the blob is being stored at this moment. */
  isBusy(cid: CID): boolean
}

/** Deletes the blobs whose last pin has ended. */
export async function collectExpired(
  { index, files, commit, isBusy }: Deps,
  nowSec: number,
): Promise<Collected> {
  const collected: Collected = { blobs: 0, bytes: 0 }
  const remove = ({ id, digest, codec, size }: ExpiredRow): void => {
    const cid = cidFrom(codec, digest)
    if (isBusy(cid) || !index.expirePins(id, nowSec)) return
    // The file first: a crash in between leaves a row without a file, and the next run deletes it.
    files.remove(cid)
    index.remove(id)
    collected.blobs += 1
    collected.bytes += size
  }
  for (let lastId = 0; ; ) {
    const rows = index.expired(nowSec, lastId, PAGE)
    const last = rows.at(-1)
    if (last === undefined) return collected
    await commit(() => {
      for (const row of rows) remove(row)
    })
    lastId = last.id
  }
}

/** Deletes files that a crash has left without a row in the index. */
export async function collectOrphans({ index, files, isBusy }: Deps): Promise<void> {
  for await (const name of files.list()) {
    const cid = cidNamed(name)
    if (cid !== undefined && !isBusy(cid) && index.findId(cid) === undefined) files.remove(cid)
  }
}

function cidNamed(name: string): CID | undefined {
  try {
    return parseCid(name)
  } catch {
    return undefined
  }
}
