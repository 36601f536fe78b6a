import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@millrace/base'
import type { Cid } from '@millrace/storage'
import { DiskLimitError } from './errors.ts'
import type { StoredInput, WorkerStore } from './store/workerStore.ts'

export type ShelfEntry = StoredInput & {
  /** Executions that hold it; above zero it is not removed. */
  users: number
  /** Checked since this process started. */
  verified: boolean
  /** Kept in memory too when small. */
  bytes: Uint8Array | undefined
}

/** The folder of the input cache and its index, within a quota. */
export type InputShelf = {
  get(cid: Cid): ShelfEntry | undefined
  /** Adds a file that is in the folder and whose bytes are reserved. */
  add(entry: ShelfEntry): void
  touch(entry: ShelfEntry, nowMs: number): void
  drop(entry: ShelfEntry): Promise<void>
  /**
   * Counts bytes before they are written, so that downloads side by side stay within the quota.
   * Entries not used for longest make room, those in use never.
   *
   * @throws {DiskLimitError} `DISK_LIMIT`
   */
  reserve(bytes: number): Promise<void>
  unreserve(bytes: number): void
  /** Keeps small bytes in memory. */
  remember(entry: ShelfEntry, bytes: Uint8Array): void
  usedBytes(): number
  pathOf(cid: Cid): string
}

const MEMORY_BYTES = 32 * 1024 * 1024

export function createInputShelf(
  { store, log }: { store: WorkerStore; log: Logger },
  { dir, quotaBytes }: { dir: string; quotaBytes: () => number },
): InputShelf {
  mkdirSync(dir, { recursive: true })
  const entries = loadEntries(store, dir)
  let used = [...entries.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let inMemory = 0

  const drop = async (entry: ShelfEntry): Promise<void> => {
    entries.delete(entry.cid)
    used -= entry.sizeBytes
    inMemory -= entry.bytes?.length ?? 0
    store.removeInput(entry.cid)
    await rm(join(dir, entry.cid), { force: true })
  }
  const makeRoom = async (): Promise<void> => {
    const idle = [...entries.values()].filter(({ users }) => users === 0)
    idle.sort((a, b) => a.usedAtMs - b.usedAtMs)
    for (const oldest of idle) {
      if (used <= quotaBytes()) return
      log.debug('input evicted', { cid: oldest.cid, sizeBytes: oldest.sizeBytes })
      await drop(oldest)
    }
  }

  return {
    get: (cid) => entries.get(cid),
    add: (entry) => {
      entries.set(entry.cid, entry)
      store.putInput(toStored(entry))
    },
    touch: (entry, nowMs) => {
      entry.usedAtMs = nowMs
      store.putInput(toStored(entry))
    },
    drop,
    async reserve(bytes) {
      used += bytes
      if (used > quotaBytes()) await makeRoom()
      if (used <= quotaBytes()) return
      const neededBytes = used
      used -= bytes
      throw new DiskLimitError({ neededBytes, limitBytes: quotaBytes() })
    },
    unreserve: (bytes) => {
      used -= bytes
    },
    remember(entry, bytes) {
      if (entry.bytes !== undefined) return
      if (inMemory + bytes.length > MEMORY_BYTES) {
        for (const other of entries.values()) other.bytes = undefined
        inMemory = 0
      }
      entry.bytes = bytes
      inMemory += bytes.length
    },
    usedBytes: () => used,
    pathOf: (cid) => join(dir, cid),
  }
}

/** Entries of the index whose files are there; files without an entry are of a broken fetch. */
function loadEntries(store: WorkerStore, dir: string): Map<Cid, ShelfEntry> {
  const present = new Set(readdirSync(dir))
  const entries = new Map<Cid, ShelfEntry>()
  for (const stored of store.inputs()) {
    if (present.delete(stored.cid))
      entries.set(stored.cid, { ...stored, users: 0, verified: false, bytes: undefined })
    else store.removeInput(stored.cid)
  }
  for (const name of present) rmSync(join(dir, name), { force: true })
  return entries
}

function toStored({ cid, sizeBytes, sha256, usedAtMs }: ShelfEntry): StoredInput {
  return { cid, sizeBytes, sha256, usedAtMs }
}
