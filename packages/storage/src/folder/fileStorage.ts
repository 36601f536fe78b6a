import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { CID } from 'multiformats/cid'

/** Whole blobs as files, named by their content ids in folders of about equal size. */
export type FileStorage = {
  /** A file under a name of its own, which a crash leaves behind and the next start removes. */
  draft(): Promise<Draft>
  /** Reads `length` bytes; fewer when the file is shorter. */
  readAt(cid: CID, offset: number, length: number): Promise<Uint8Array>
  /** Synchronous, so that nothing can come between it and the index. */
  remove(cid: CID): void
  /** Names of all files, which may include some that are not ours. */
  list(): AsyncIterable<string>
}

type Draft = {
  append(bytes: Uint8Array): Promise<void>
  /** Gives the file its name; it is on the disk when this resolves. */
  publish(cid: CID): Promise<void>
  /** Deletes it, unless published. */
  discard(): Promise<void>
}

/** Opens the files of a store and deletes what a killed process has left half written. */
export async function openFileStorage(dir: string): Promise<FileStorage> {
  const files = path.join(dir, 'files')
  const drafts = path.join(dir, 'tmp')
  await rm(drafts, { recursive: true, force: true })
  for (const folder of [files, drafts]) await mkdir(folder, { recursive: true })
  const pathOf = (cid: CID): string => path.join(files, folderOf(cid), cid.toString())

  return {
    draft: async () => createDraft(path.join(drafts, randomUUID()), pathOf),
    readAt: async (cid, offset, length) => {
      const file = await open(pathOf(cid))
      try {
        const bytes = new Uint8Array(length)
        const { bytesRead } = await file.read(bytes, 0, length, offset)
        return bytes.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },
    remove: (cid) => rmSync(pathOf(cid), { force: true }),
    list: async function* () {
      const folders = await readdir(files, { withFileTypes: true })
      for (const { name } of folders.filter((entry) => entry.isDirectory()))
        yield* await readdir(path.join(files, name))
    },
  }
}

async function createDraft(file: string, pathOf: (cid: CID) => string): Promise<Draft> {
  const handle = await open(file, 'wx')
  // One write stays under way while the caller prepares the next piece.
  let writing: Promise<unknown> = Promise.resolve()
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await handle.close()
    isOpen = false
  }
  return {
    append: async (bytes) => {
      await writing
      writing = writeAll(handle, bytes)
      writing.catch(() => {})
    },
    publish: async (cid) => {
      await writing
      await handle.datasync()
      await close()
      const target = pathOf(cid)
      const folder = path.dirname(target)
      // A folder is on the disk only when the one above it has been flushed.
      if ((await mkdir(folder, { recursive: true })) !== undefined)
        await flushFolder(path.dirname(folder))
      await rename(file, target)
      await flushFolder(folder)
    },
    discard: async () => {
      await writing.catch(() => {})
      await close()
      await rm(file, { force: true })
    },
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done)
    done += bytesWritten
  }
}

/** Makes renames in a folder durable. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function folderOf(cid: CID): string {
  return cid.toString().slice(-2)
}
