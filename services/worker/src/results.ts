import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hex32, TaskId } from '@millrace/base'
import { DiskLimitError, ResultLostError } from './errors.ts'
import { writeDurably } from './store/durableFile.ts'
import type { WorkerStore } from './store/workerStore.ts'

/** Archives of results, kept from the run until they are published and settled. */
export type Results = {
  /**
   * Kept for good when the next {@link WorkerStore.durable} resolves; with `briefly`, while this
   * process lives: for results that are published next and would be made again after a kill.
   */
  keep(taskId: TaskId, archive: Uint8Array, options?: { briefly: boolean }): Promise<void>
  /** @throws {ResultLostError} `RESULT_LOST` */
  read(taskId: TaskId): Promise<Uint8Array>
  drop(taskId: TaskId): Promise<void>
  usedBytes(): number
}

/** Up to this size an archive is a row of the database: many of them share one flush. */
const SMALL_BYTES = 256 * 1024
/** Small archives not yet published stay in memory up to this much. */
const MEMORY_BYTES = 64 * 1024 * 1024

export function createResults(
  { store }: { store: WorkerStore },
  { dir, quotaBytes }: { dir: string; quotaBytes: number },
): Results {
  mkdirSync(dir, { recursive: true })
  const sizes = loadSizes(store, dir)
  const recent = new Map<TaskId, Uint8Array>()
  let recentBytes = 0
  let used = [...sizes.values()].reduce((sum, size) => sum + size, 0)

  const count = (taskId: TaskId, sizeBytes: number): void => {
    used += sizeBytes - (sizes.get(taskId) ?? 0)
    sizes.set(taskId, sizeBytes)
  }

  const forgetRecent = (taskId: TaskId): void => {
    recentBytes -= recent.get(taskId)?.length ?? 0
    recent.delete(taskId)
  }

  return {
    usedBytes: () => used,
    async keep(taskId, archive, { briefly } = { briefly: false }) {
      if (used + archive.length > quotaBytes)
        throw new DiskLimitError({ neededBytes: used + archive.length, limitBytes: quotaBytes })
      count(taskId, archive.length)
      const isSmall = archive.length <= SMALL_BYTES
      if (!isSmall) await writeDurably(join(dir, taskId), archive)
      const fitsMemory = isSmall && recentBytes + archive.length <= MEMORY_BYTES
      if (fitsMemory) {
        forgetRecent(taskId)
        recent.set(taskId, archive)
        recentBytes += archive.length
        if (briefly) return
      }
      const bytes = isSmall ? archive : undefined
      store.putResult(taskId, { bytes, sizeBytes: archive.length, sha256: sha256Of(archive) })
    },
    async read(taskId) {
      const held = recent.get(taskId)
      if (held !== undefined) return held
      const kept = store.getResult(taskId)
      if (kept === undefined) throw new ResultLostError({ taskId })
      const archive = kept.bytes ?? (await readFile(join(dir, taskId)).catch(() => undefined))
      if (archive === undefined || sha256Of(archive) !== kept.sha256)
        throw new ResultLostError({ taskId })
      return archive
    },
    async drop(taskId) {
      const sizeBytes = sizes.get(taskId)
      if (sizeBytes === undefined) return
      forgetRecent(taskId)
      used -= sizeBytes
      sizes.delete(taskId)
      if (sizeBytes > SMALL_BYTES) await rm(join(dir, taskId), { force: true })
    },
  }
}

/** Rows whose execution is gone and files without a row are left over from a kill. */
function loadSizes(store: WorkerStore, dir: string): Map<TaskId, number> {
  const sizes = new Map<TaskId, number>()
  for (const { taskId, sizeBytes } of store.resultSizes()) {
    if (store.get(taskId) === undefined) store.remove(taskId)
    else sizes.set(taskId, sizeBytes)
  }
  for (const name of readdirSync(dir))
    if (!sizes.has(name as TaskId)) rmSync(join(dir, name), { force: true })
  return sizes
}

function sha256Of(bytes: Uint8Array): Hex32 {
  return `0x${createHash('sha256').update(bytes).digest('hex')}` as Hex32
}
