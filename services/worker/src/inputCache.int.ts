import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BaseError, type Clock, silentLogger, systemClock } from '@millrace/base'
import { type BlobStore, memoryBlobStore } from '@millrace/storage'
import { describe, expect, it } from 'vitest'
import { createInputCache, type InputCache } from './inputCache.ts'
import { memoryStore } from './testing/aContext.ts'
import { aHome } from './testing/testWorker.ts'

const bytesOf = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill)
const impatient: Clock = { nowMs: systemClock.nowMs, sleep: () => Promise.resolve() }

function aCache({
  storage = memoryBlobStore() as BlobStore,
  quotaBytes = 1 << 20,
  dir = aHome(),
  store = memoryStore(),
} = {}) {
  const { signal } = new AbortController()
  const deps = { storage, store, clock: impatient, log: silentLogger, signal }
  const cache = createInputCache(deps, { dir, quotaBytes: () => quotaBytes })
  return { cache, storage, dir, store }
}

const want = (cid: string) => ({ cid, what: 'input', maxBytes: 1 << 20 })
const hold = async (cache: InputCache, cid: string): Promise<void> =>
  (await cache.open(want(cid))).release()

/** A store that counts reads and can be told to fail. */
function counting(inner: BlobStore, failures: (Error | undefined)[] = []) {
  const reads: { cid: string; offset: number }[] = []
  const storage: BlobStore = {
    ...inner,
    async *read(cid, options) {
      reads.push({ cid, offset: options?.offset ?? 0 })
      const failure = failures.shift()
      for await (const chunk of inner.read(cid, options)) {
        yield failure === undefined ? chunk : chunk.subarray(0, 10)
        if (failure !== undefined) throw failure
      }
    },
  }
  return { storage, reads }
}

class Away extends BaseError {
  readonly code = 'AWAY'
  override readonly retryable = true
}

describe('input cache', () => {
  it('gives small inputs as bytes and large ones as files', async () => {
    const { cache, storage } = aCache()
    const small = await storage.put(bytesOf(10, 1))
    const large = await storage.put(bytesOf(100_000, 2))
    expect((await cache.open(want(small.cid))).source).toEqual(Buffer.from(bytesOf(10, 1)))
    expect((await cache.open(want(large.cid))).source).toMatchObject({ sizeBytes: 100_000 })
  })

  it('fetches a blob once for all who want it at once, and never again', async () => {
    const inner = memoryBlobStore()
    const { storage, reads } = counting(inner)
    const { cache } = aCache({ storage })
    const { cid } = await inner.put(bytesOf(100, 1))
    await Promise.all([1, 2, 3].map(() => cache.open(want(cid))))
    await cache.open(want(cid))
    expect(reads).toHaveLength(1)
  })

  it('goes on where a broken connection stopped', async () => {
    const inner = memoryBlobStore()
    const { storage, reads } = counting(inner, [new Away('gone'), new Away('gone')])
    const { cache } = aCache({ storage })
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff)
    const { cid } = await inner.put(bytes)
    expect(await cache.bytes(want(cid))).toEqual(Buffer.from(bytes))
    expect(reads.map(({ offset }) => offset)).toEqual([0, 10, 20])
  })

  it('removes what was not used for longest, never what is held', async () => {
    const { cache, storage, dir } = aCache({ quotaBytes: 250_000 })
    const [a, b, c] = await Promise.all(
      [1, 2, 3].map(async (fill) => (await storage.put(bytesOf(100_000, fill))).cid),
    )
    if (a === undefined || b === undefined || c === undefined) throw new RangeError('no blobs')
    const held = await cache.open(want(a))
    await hold(cache, b)
    await hold(cache, c)
    expect(readdirSync(dir).sort()).toEqual([a, c].sort())
    held.release()
    expect(cache.usedBytes()).toBe(200_000)
  })

  it('says what it needs when everything is held', async () => {
    const { cache, storage, dir } = aCache({ quotaBytes: 150_000 })
    const [a, b] = [await storage.put(bytesOf(100_000, 1)), await storage.put(bytesOf(100_000, 2))]
    await cache.open(want(a.cid))
    await expect(cache.open(want(b.cid))).rejects.toMatchObject({ code: 'DISK_LIMIT' })
    expect(readdirSync(dir)).toEqual([a.cid])
    expect(cache.usedBytes()).toBe(100_000)
  })

  it('is still there after a restart, and fetches again what the disk has damaged', async () => {
    const { cache, storage, dir, store } = aCache()
    const good = await storage.put(bytesOf(70_000, 1))
    const bad = await storage.put(bytesOf(70_000, 2))
    await hold(cache, good.cid)
    await hold(cache, bad.cid)
    writeFileSync(join(dir, bad.cid), bytesOf(70_000, 9))
    writeFileSync(join(dir, `${good.cid}.part`), 'of a broken fetch')
    const { storage: counted, reads } = counting(storage)
    const again = aCache({ storage: counted, dir, store })
    expect(await again.cache.bytes(want(good.cid))).toEqual(Buffer.from(bytesOf(70_000, 1)))
    expect(await again.cache.bytes(want(bad.cid))).toEqual(Buffer.from(bytesOf(70_000, 2)))
    expect(reads.map(({ cid }) => cid)).toEqual([bad.cid])
    expect(readdirSync(dir).sort()).toEqual([good.cid, bad.cid].sort())
  })

  it('gives up on a blob that nobody has', async () => {
    const { cache, dir } = aCache()
    const elsewhere = await memoryBlobStore().put(bytesOf(10, 1))
    await expect(cache.open(want(elsewhere.cid))).rejects.toMatchObject({
      code: 'INPUT_UNAVAILABLE',
    })
    expect(readdirSync(dir)).toEqual([])
    expect(cache.usedBytes()).toBe(0)
  })

  it('stops at a blob that is larger than stated', async () => {
    const { cache, storage } = aCache()
    const { cid } = await storage.put(bytesOf(5000, 1))
    await expect(cache.open({ cid, what: 'input', maxBytes: 100 })).rejects.toMatchObject({
      code: 'INPUT_UNAVAILABLE',
    })
    expect(cache.usedBytes()).toBe(0)
  })
})
