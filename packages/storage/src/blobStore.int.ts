import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { silentLogger } from '@millrace/base'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BlobStore, BlockSource } from './blobStore.ts'
import { cidOf, LEAF_BYTES } from './contentId.ts'
import { fsBlobStore } from './folder/fsBlobStore.ts'
import { httpBlobStore } from './http/httpBlobStore.ts'
import { memoryBlobStore } from './memory/memoryBlobStore.ts'
import { startStorageNode } from './node/startStorageNode.ts'
import { collect, inPieces, patternOf } from './testBytes.ts'

const log = silentLogger
const quotaBytes = 1e9

type Started = { store: BlobStore & BlockSource; stop(): Promise<void> | void }

async function startFolder(dir: string): Promise<Started> {
  const store = await fsBlobStore({ dir, quotaBytes }, { log })
  return { store, stop: () => store.close() }
}

async function startHttp(dir: string): Promise<Started> {
  const stop = new AbortController()
  const node = await startStorageNode(
    { dir, quotaBytes, host: '127.0.0.1', port: 0 },
    { log, signal: stop.signal },
  )
  return {
    store: httpBlobStore({ url: node.url }),
    stop: async () => {
      stop.abort()
      await node.closed
    },
  }
}

const startMemory = (): Promise<Started> =>
  Promise.resolve({ store: memoryBlobStore(), stop: () => {} })

// What every blob store must do, each against the real thing.
describe.each([
  ['memory', startMemory],
  ['folder', startFolder],
  ['HTTP', startHttp],
])('%s store', (_, start) => {
  let store: BlobStore & BlockSource
  let stop: Started['stop']
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'millrace-blobs-'))
    const started = await start(dir)
    store = started.store
    stop = started.stop
  })
  afterEach(async () => {
    await stop()
    await rm(dir, { recursive: true })
  })

  test.each([0, 1, 64 << 10, (64 << 10) + 1, LEAF_BYTES, LEAF_BYTES + 1, 3 * LEAF_BYTES + 7])(
    'gives back %i bytes, whole and in parts',
    async (length) => {
      const bytes = patternOf(length)
      const { cid, sizeBytes } = await store.put(inPieces(bytes))
      expect(sizeBytes).toBe(length)
      expect(await store.put(bytes)).toEqual({ cid, sizeBytes })
      expect(await store.has(cid)).toBe(true)
      const whole = await store.getBytes(cid, { maxBytes: length })
      expect(Buffer.compare(whole, bytes)).toBe(0)
      const from = Math.max(0, length - 1000)
      const part = await collect(store.read(cid, { offset: from, length: 500 }))
      expect(Buffer.compare(part, bytes.subarray(from, from + 500))).toBe(0)
      expect(await collect(store.read(cid, { offset: length + 1 }))).toHaveLength(0)
    },
  )

  test('takes many small blobs at once and names them in order', async () => {
    const blobs = [10, 0, 100_000, 10, 3000].map(patternOf)
    const cids = await store.putMany(blobs)
    expect(cids).toEqual(blobs.map(cidOf))
    for (const [at, cid] of cids.entries()) {
      const bytes = await store.getBytes(cid, { maxBytes: 200_000 })
      expect(Buffer.compare(bytes, blobs[at] as Uint8Array)).toBe(0)
    }
    expect(await store.putMany([])).toEqual([])
  })

  test('refuses a large blob among many', async () => {
    const blobs = [new Uint8Array(5), new Uint8Array(LEAF_BYTES + 1)]
    await expect(store.putMany(blobs)).rejects.toMatchObject({ code: 'BLOB_TOO_LARGE' })
  })

  test('says what it does not have', async () => {
    const cid = cidOf(new TextEncoder().encode('never stored'))
    expect(await store.has(cid)).toBe(false)
    const absent = { code: 'BLOB_NOT_FOUND' }
    await expect(store.getBytes(cid, { maxBytes: 10 })).rejects.toMatchObject(absent)
    await expect(store.getBlock(cid)).rejects.toMatchObject(absent)
    await expect(collect(store.read(cid))).rejects.toMatchObject(absent)
  })

  test('refuses a blob that is larger than the caller wants', async () => {
    for (const length of [100, 2 * LEAF_BYTES]) {
      const { cid } = await store.put(patternOf(length))
      const reading = store.getBytes(cid, { maxBytes: length - 1 })
      await expect(reading).rejects.toMatchObject({ code: 'BLOB_TOO_LARGE' })
    }
  })

  test('gives single blocks', async () => {
    const { cid } = await store.put(patternOf(LEAF_BYTES + 1))
    const leaf = patternOf(LEAF_BYTES)
    expect(Buffer.compare(await store.getBlock(cidOf(leaf)), leaf)).toBe(0)
    expect((await store.getBlock(cid)).length).toBeLessThan(200)
  })

  test('refuses an id that is none', async () => {
    const bad = { code: 'INVALID_INPUT' }
    await expect(store.getBytes('../secret', { maxBytes: 10 })).rejects.toMatchObject(bad)
    await expect(store.has('Qm')).rejects.toMatchObject(bad)
  })

  test('stops reading and writing when the signal aborts', async () => {
    const { cid } = await store.put(patternOf(3 * LEAF_BYTES))
    const stopReading = new AbortController()
    const reading = store.read(cid, { signal: stopReading.signal })[Symbol.asyncIterator]()
    await reading.next()
    stopReading.abort(new RangeError('enough read'))
    await expect(reading.next()).rejects.toThrow('enough read')

    const stopWriting = new AbortController()
    const endless = async function* () {
      for (let n = 0; ; n++) {
        if (n === 3) stopWriting.abort(new RangeError('enough written'))
        await Promise.resolve()
        yield patternOf(LEAF_BYTES)
      }
    }
    const writing = store.put(endless(), { signal: stopWriting.signal })
    await expect(writing).rejects.toThrow('enough written')
  })

  test('passes an error of the source on', async () => {
    const broken = async function* () {
      yield patternOf(LEAF_BYTES)
      await Promise.resolve()
      throw new RangeError('the disk is on fire')
    }
    await expect(store.put(broken())).rejects.toMatchObject({
      message: expect.stringContaining('the disk is on fire'),
    })
  })
})
