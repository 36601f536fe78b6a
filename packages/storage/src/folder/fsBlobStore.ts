import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type Clock, type Logger, nowSec, systemClock } from '@millrace/base'
import type { BlobStore, BlockSource, Cid } from '../blobStore.ts'
import { parseCid } from '../contentId.ts'
import { getVerified, readVerified } from '../dag/readVerified.ts'
import { BlobNotFoundError } from '../errors.ts'
import { type BlobIndex, openBlobIndex } from './blobIndex.ts'
import { type BlobWriter, createBlobWriter, type WriteOptions } from './blobWriter.ts'
import { createBlockReader } from './blockReader.ts'
import { type Collected, collectExpired, collectOrphans } from './collectGarbage.ts'
import { createCommitQueue } from './commitQueue.ts'
import { openFileStorage } from './fileStorage.ts'
import { createQuota } from './quota.ts'

export type FolderStoreOptions = {
  /** Made when missing; one process at a time. */
  dir: string
  quotaBytes: number
  /** Default: the whole quota. */
  clientQuotaBytes?: number
  /** Bytes of the disk left to others. Default 128 MiB. */
  minFreeBytes?: number
  /** How long an upload is kept unless pinned longer. Default: for ever. */
  lifetimeSec?: number
}

export type FolderStoreDeps = { log: Logger; clock?: Clock }

/** A blob store in a folder, with what its owner needs beside the port. */
export type FolderStore = BlobStore &
  BlockSource & {
    put(
      source: Uint8Array | AsyncIterable<Uint8Array>,
      options?: WriteOptions,
    ): Promise<{ cid: Cid; sizeBytes: number }>
    putMany(blobs: readonly Uint8Array[], options?: WriteOptions): Promise<Cid[]>
    /** Stores a blob as its root names it, whatever profile cut it. */
    importDag: BlobWriter['importDag']
    /** Keeps a blob until `expiresAtSec`, or for ever; a pin of the same tag only grows longer. */
    pin(cid: Cid, options: { tag: string; expiresAtSec?: number }): Promise<void>
    unpin(cid: Cid, options: { tag: string }): Promise<void>
    /** Deletes what no pin holds any more. */
    gc(): Promise<Collected>
    stat(): { blobs: number; usedBytes: number; quotaBytes: number }
    close(): void
  }

const INDEX_FILE = 'index.sqlite'
const DEFAULT_MIN_FREE_BYTES = 128 << 20

/**
 * Opens a folder of blobs: whole files, and an SQLite index that also holds small blobs. What `put`
 * has acknowledged survives a kill and a power cut; every byte read is verified.
 *
 * @throws {StorageInUseError} `STORAGE_IN_USE`
 */
export async function fsBlobStore(
  options: FolderStoreOptions,
  { log, clock = systemClock }: FolderStoreDeps,
): Promise<FolderStore> {
  const { dir, quotaBytes, clientQuotaBytes = quotaBytes } = options
  const { minFreeBytes = DEFAULT_MIN_FREE_BYTES, lifetimeSec } = options
  await mkdir(dir, { recursive: true })
  const index = openBlobIndex(path.join(dir, INDEX_FILE), dir)
  const files = await openFileStorage(dir)
  const commit = createCommitQueue(index.db, dir)
  const quota = createQuota({ quotaBytes, clientQuotaBytes, minFreeBytes }, { index, dir, clock })
  const getBlock = createBlockReader({ index, files, commit, log })
  const writer = createBlobWriter({
    index,
    files,
    commit,
    quota,
    getBlock,
    dir,
    clock,
    lifetimeSec,
  })
  const garbage = { index, files, commit, isBusy: writer.isBusy }
  let isSwept = false

  return {
    put: writer.put,
    putMany: writer.putMany,
    importDag: writer.importDag,
    read: (cid, readOptions = {}) => readVerified(parseCid(cid), getBlock, readOptions, 1),
    getBytes: async (cid, readOptions) =>
      await getVerified(parseCid(cid), getBlock, { ...readOptions, readAhead: 1 }),
    getBlock: async (cid) => await getBlock(parseCid(cid)),
    has: (cid) =>
      Promise.resolve().then(() => {
        const found = index.findId(parseCid(cid))
        return found !== undefined && found.damaged === 0
      }),
    pin: (cid, { tag, expiresAtSec }) =>
      commit(() => index.pin(idOf(cid, index), tag, expiresAtSec)),
    unpin: (cid, { tag }) => commit(() => index.unpin(idOf(cid, index), tag)),
    gc: async () => {
      // Files without a row come only from a crash, so once after the start is enough.
      if (!isSwept) await collectOrphans(garbage)
      isSwept = true
      return await collectExpired(garbage, nowSec(clock))
    },
    stat: () => ({ blobs: index.countBlobs(), usedBytes: index.usedBytes(), quotaBytes }),
    close: () => index.close(),
  }
}

function idOf(cid: Cid, index: BlobIndex): number {
  const found = index.findId(parseCid(cid))
  if (found === undefined) throw new BlobNotFoundError({ cid })
  return found.id
}
