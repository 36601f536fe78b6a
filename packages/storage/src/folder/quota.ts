import { statfs } from 'node:fs/promises'
import type { Clock } from '@millrace/base'
import { QuotaExceededError, StorageFullError } from '../errors.ts'
import type { BlobIndex } from './blobIndex.ts'

export type QuotaOptions = {
  /** Bytes of all blobs together. */
  quotaBytes: number
  /** Bytes of the blobs that one client has brought. */
  clientQuotaBytes: number
  /** Bytes of the disk that stay free for others, who (a database) may not survive a full one. */
  minFreeBytes: number
}

/** Decides whether more bytes may come in; counts uploads under way, which no table knows yet. */
export type Quota = ReturnType<typeof createQuota>

const FREE_CHECK_MS = 500

export function createQuota(
  { quotaBytes, clientQuotaBytes, minFreeBytes }: QuotaOptions,
  { index, dir, clock }: { index: BlobIndex; dir: string; clock: Clock },
) {
  const underWay = new Map<string, number>()
  let allUnderWay = 0
  let checkedMs = Number.NEGATIVE_INFINITY
  let isFull = false

  const check = (client: string, askedBytes: number): void => {
    const ofAll = index.usedBytes() + allUnderWay
    if (ofAll + askedBytes > quotaBytes)
      throw new QuotaExceededError({ scope: 'store', usedBytes: ofAll, askedBytes, quotaBytes })
    const ofClient = index.usedBytesBy(client) + (underWay.get(client) ?? 0)
    if (ofClient + askedBytes > clientQuotaBytes)
      throw new QuotaExceededError({
        scope: 'client',
        usedBytes: ofClient,
        askedBytes,
        quotaBytes: clientQuotaBytes,
      })
  }
  const count = (client: string, bytes: number): void => {
    allUnderWay += bytes
    const left = (underWay.get(client) ?? 0) + bytes
    if (left === 0) underWay.delete(client)
    else underWay.set(client, left)
  }

  return {
    /** @throws {QuotaExceededError} {@link StorageFullError} */
    check,
    /** Room for an upload that grows; `release` it in the end, stored or not. */
    reserve: (client: string) => {
      let reserved = 0
      return {
        grow: (bytes: number): void => {
          check(client, bytes)
          count(client, bytes)
          reserved += bytes
        },
        release: (): void => {
          count(client, -reserved)
          reserved = 0
        },
      }
    },
    /** @throws {StorageFullError} `STORAGE_FULL` */
    checkDisk: async (): Promise<void> => {
      if (clock.nowMs() - checkedMs > FREE_CHECK_MS) {
        checkedMs = clock.nowMs()
        const { bavail, bsize } = await statfs(dir)
        isFull = bavail * bsize < minFreeBytes
      }
      if (isFull) throw new StorageFullError({ dir })
    },
  }
}
