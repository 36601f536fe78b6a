import { type FileHandle, open, rename } from 'node:fs/promises'
import path from 'node:path'
import type { CID } from 'multiformats/cid'
import type { BlockSource, Cid } from '../blobStore.ts'
import { parseCid } from '../contentId.ts'
import { checkLeaf, type GetBlock, type Leaf, leavesOf } from '../dag/readDag.ts'
import { isBlockOf } from '../dag/verifyBlock.ts'
import { asFull } from '../diskFull.ts'
import { flushFolder } from '../folder/fileStorage.ts'
import { httpBlobStore } from './httpBlobStore.ts'

export type DownloadParameters = {
  cid: Cid
  /** Where the file goes; while it is not whole it is `<path>.part`. */
  path: string
  /** Stores or URLs of storage nodes; when one fails or gives bad bytes the next one is asked. */
  sources: readonly (BlockSource | string)[]
}

export type DownloadOptions = {
  signal?: AbortSignal
  /** Blocks under way at once. Default 4 for each source. */
  concurrency?: number
  onProgress?: (progress: { doneBytes: number; reusedBytes: number }) => void
}

/**
 * Downloads a blob into a file. Started again after a break, it verifies what the `.part` file has and
 * fetches only the rest; the file gets its name when every byte is there, verified and on the disk.
 *
 * @throws {BlobNotFoundError} `BLOB_NOT_FOUND`
 * @throws {BlobCorruptError} `BLOB_CORRUPT`
 * @throws {StorageUnavailableError} `STORAGE_UNAVAILABLE`
 * @throws {StorageFullError} `STORAGE_FULL`
 */
export async function downloadBlob(
  { cid, path: target, sources }: DownloadParameters,
  { signal, concurrency = 4 * sources.length, onProgress }: DownloadOptions = {},
): Promise<{ sizeBytes: number; reusedBytes: number }> {
  if (sources.length === 0) throw new RangeError('no sources to download from')
  const part = `${target}.part`
  const stop = new AbortController()
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const getBlock = failover(sources.map(toSource), both)
  const file = await openPart(part)
  try {
    const leaves = leavesOf(parseCid(cid), getBlock)
    const { size: haveBytes } = await file.stat()
    const progress = { doneBytes: 0, reusedBytes: 0 }
    const stopAll = (error: unknown): void => stop.abort(error)
    // The lanes share one generator: asking it for the next leaf is what divides the work.
    const lane = async (): Promise<void> => {
      for await (const leaf of share(leaves)) {
        both.throwIfAborted()
        const isReused = await isThere(file, leaf, haveBytes)
        if (!isReused) await writeAt(file, await bytesOf(leaf, getBlock), leaf.offset)
        progress.doneBytes += leaf.length
        if (isReused) progress.reusedBytes += leaf.length
        onProgress?.({ ...progress })
      }
    }
    const lanes = Array.from({ length: concurrency }, () => lane().catch(stopAll))
    await Promise.all(lanes)
    stop.signal.throwIfAborted()
    await file.truncate(progress.doneBytes)
    await file.datasync()
    await file.close()
    await rename(part, target)
    await flushFolder(path.dirname(target))
    return { sizeBytes: progress.doneBytes, reusedBytes: progress.reusedBytes }
  } catch (error) {
    throw asFull(error, path.dirname(target))
  } finally {
    await file.close()
  }
}

function toSource(source: BlockSource | string): BlockSource {
  return typeof source === 'string' ? httpBlobStore({ url: source }) : source
}

/** Asks the source that failed last after all others. */
function failover(sources: BlockSource[], signal: AbortSignal): GetBlock {
  const order = [...sources]
  return async (cid: CID) => {
    let failure: unknown
    for (const source of [...order]) {
      try {
        return await source.getBlock(cid.toString(), { signal })
      } catch (error) {
        signal.throwIfAborted()
        failure = error
        order.push(...order.splice(order.indexOf(source), 1))
      }
    }
    throw failure
  }
}

async function openPart(part: string): Promise<FileHandle> {
  try {
    return await open(part, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return await open(part, 'w+')
  }
}

/** A loop over this does not end the generator for the others when it ends itself. */
async function* share<T>(generator: AsyncGenerator<T>): AsyncGenerator<T> {
  for (let next = await generator.next(); !next.done; next = await generator.next())
    yield next.value
}

async function isThere(file: FileHandle, leaf: Leaf, haveBytes: number): Promise<boolean> {
  if (leaf.kind === 'inline' || leaf.offset + leaf.length > haveBytes) return false
  const bytes = new Uint8Array(leaf.length)
  const { bytesRead } = await file.read(bytes, 0, leaf.length, leaf.offset)
  return bytesRead === leaf.length && isBlockOf(leaf.cid, bytes)
}

async function bytesOf(leaf: Leaf, getBlock: GetBlock): Promise<Uint8Array> {
  return leaf.kind === 'inline' ? leaf.bytes : checkLeaf(leaf, await getBlock(leaf.cid))
}

async function writeAt(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const rest = bytes.length - done
    done += (await file.write(bytes, done, rest, offset + done)).bytesWritten
  }
}
