import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import * as dagPb from '@ipld/dag-pb'
import { type Clock, silentLogger } from '@millrace/base'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '#sha256'
import { cidFrom, cidOf, DAG_PB, LEAF_BYTES } from '../contentId.ts'
import { collect, inPieces, patternOf } from '../testBytes.ts'
import { type FolderStore, type FolderStoreOptions, fsBlobStore } from './fsBlobStore.ts'

let base: string
let dir: string
let stores: FolderStore[]
let nowMs: number
const clock: Clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() }

beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'millrace-folder-'))
  dir = path.join(base, 'store')
  stores = []
  nowMs = 1_000_000_000_000
})
afterEach(async () => {
  for (const store of stores) store.close()
  await rm(base, { recursive: true })
})

const open = async (options: Partial<FolderStoreOptions> = {}): Promise<FolderStore> => {
  const store = await fsBlobStore(
    { dir, quotaBytes: 1e9, ...options },
    { log: silentLogger, clock },
  )
  stores.push(store)
  return store
}
const close = (store: FolderStore): void => {
  stores = stores.filter((each) => each !== store)
  store.close()
}
/** Names of all files but the index, drafts included. */
const files = async (): Promise<string[]> => {
  const names = await readdir(dir, { recursive: true, withFileTypes: true })
  return names
    .filter((entry) => entry.isFile() && !entry.name.startsWith('index.'))
    .map(({ name }) => name)
}
const fileOf = (cid: string): string => path.join(dir, 'files', cid.slice(-2), cid)

describe('durability', () => {
  test('keeps every acknowledged blob through a kill', async () => {
    const script = path.join(base, 'writer.mjs')
    await writeFile(
      script,
      `import { fsBlobStore } from ${JSON.stringify(import.meta.resolve('./fsBlobStore.ts'))}
      import { silentLogger } from ${JSON.stringify(import.meta.resolve('@millrace/base'))}
      const store = await fsBlobStore({ dir: ${JSON.stringify(dir)}, quotaBytes: 1e9 }, { log: silentLogger })
      const bytes = (n, length) => Buffer.alloc(length, String(n))
      const lane = async (lane, length) => {
        for (let n = lane; ; n += 4) console.log((await store.put(bytes(n, length))).cid)
      }
      const many = async () => {
        for (let n = 3; ; n += 4) console.log((await store.putMany([bytes(n, 90), bytes(n, 91)])).join('\\n'))
      }
      void lane(0, 100); void lane(1, 100_000); void lane(2, 1_500_000); void many()`,
    )
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const acknowledged: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line)
      if (acknowledged.length === 60) child.kill('SIGKILL')
    }
    await exited
    const store = await open()
    for (const cid of acknowledged) await collect(store.read(cid))
    expect(await readdir(path.join(dir, 'tmp'))).toEqual([])
    await store.gc()
    for (const cid of await files()) expect(await store.has(cid)).toBe(true)
    expect(acknowledged.length).toBeGreaterThanOrEqual(60)
  })

  test('finds its blobs again after a restart', async () => {
    const first = await open()
    const small = await first.put(patternOf(10))
    const large = await first.put(inPieces(patternOf(2 * LEAF_BYTES + 1)))
    close(first)
    const again = await open()
    expect(again.stat()).toMatchObject({ blobs: 2, usedBytes: 10 + 2 * LEAF_BYTES + 1 })
    expect(await again.getBytes(small.cid, { maxBytes: 10 })).toHaveLength(10)
    const bytes = await collect(again.read(large.cid))
    expect(Buffer.compare(bytes, patternOf(2 * LEAF_BYTES + 1))).toBe(0)
  })

  test('lets one process at a time work in a folder', async () => {
    await open()
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_IN_USE' })
  })

  test('deletes what a crash left half done', async () => {
    const first = await open()
    const { cid } = await first.put(patternOf(100_000))
    close(first)
    await writeFile(path.join(dir, 'tmp/half'), 'half')
    const orphan = cidOf(patternOf(80_000))
    await mkdir(path.dirname(fileOf(orphan)), { recursive: true })
    await cp(fileOf(cid), fileOf(orphan))
    await writeFile(path.join(dir, 'files/.DS_Store'), 'not ours')
    const again = await open()
    await again.gc()
    expect((await files()).sort()).toEqual(['.DS_Store', cid])
  })

  test('keeps nothing of an upload that breaks off', async () => {
    const store = await open()
    const broken = async function* () {
      yield patternOf(3 * LEAF_BYTES)
      await Promise.resolve()
      throw new RangeError('gone')
    }
    await expect(store.put(broken())).rejects.toThrow('gone')
    expect(await files()).toEqual([])
    expect(store.stat()).toMatchObject({ blobs: 0, usedBytes: 0 })
  })
})

describe('damage', () => {
  /** Changes one byte behind the store's back. */
  const damageFile = async (cid: string, at: number): Promise<void> => {
    const bytes = await readFile(fileOf(cid))
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await writeFile(fileOf(cid), bytes)
  }

  test('is found in a file, never read as good, and cured by storing again', async () => {
    const store = await open()
    const bytes = patternOf(2 * LEAF_BYTES)
    const { cid } = await store.put(bytes)
    await damageFile(cid, LEAF_BYTES + 7)
    const pieces = store.read(cid)[Symbol.asyncIterator]()
    expect((await pieces.next()).value).toHaveLength(LEAF_BYTES)
    await expect(pieces.next()).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
    expect(await store.has(cid)).toBe(false)
    await store.put(bytes)
    expect(await store.has(cid)).toBe(true)
    expect(Buffer.compare(await collect(store.read(cid)), bytes)).toBe(0)
  })

  test('of a small blob is found in the index, and cured by storing again', async () => {
    const store = await open()
    const [cid = ''] = await store.putMany([patternOf(50)])
    close(store)
    const db = new DatabaseSync(path.join(dir, 'index.sqlite'))
    db.exec('UPDATE blob SET bytes = zeroblob(50)')
    db.close()
    const again = await open()
    const reading = again.getBytes(cid, { maxBytes: 50 })
    await expect(reading).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
    await again.putMany([patternOf(50)])
    expect(await again.getBytes(cid, { maxBytes: 50 })).toHaveLength(50)
  })

  test('of one blob does not touch another that has the same leaf', async () => {
    const store = await open()
    const { cid } = await store.put(patternOf(LEAF_BYTES + 10))
    const longer = await store.put(patternOf(2 * LEAF_BYTES))
    await damageFile(cid, 5)
    expect(await collect(store.read(longer.cid))).toHaveLength(2 * LEAF_BYTES)
    expect(await store.getBlock(cidOf(patternOf(LEAF_BYTES)))).toHaveLength(LEAF_BYTES)
  })

  test('counts a missing or short file as damage', async () => {
    const store = await open()
    const missing = await store.put(patternOf(100_000))
    const short = await store.put(patternOf(200_000))
    await rm(fileOf(missing.cid))
    await writeFile(fileOf(short.cid), patternOf(1000))
    for (const { cid } of [missing, short])
      await expect(collect(store.read(cid))).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  })
})

describe('quota', () => {
  test('is kept by blobs, streams and many small ones, and freed by deleting', async () => {
    const store = await open({ quotaBytes: 200_000 })
    const { cid } = await store.put(patternOf(150_000))
    const full = { code: 'QUOTA_EXCEEDED', scope: 'store' }
    await expect(store.put(patternOf(60_000))).rejects.toMatchObject(full)
    await expect(store.put(inPieces(patternOf(90_000), 1000))).rejects.toMatchObject(full)
    const many = [patternOf(30_000), patternOf(30_001)]
    await expect(store.putMany(many)).rejects.toMatchObject(full)
    expect(store.stat()).toMatchObject({ blobs: 1, usedBytes: 150_000 })
    expect(await store.put(patternOf(150_000))).toMatchObject({ cid })
    await store.unpin(cid, { tag: 'upload' })
    expect(await store.gc()).toEqual({ blobs: 1, bytes: 150_000 })
    expect(await store.putMany(many)).toHaveLength(2)
  })

  test('of one client does not stop another', async () => {
    const store = await open({ clientQuotaBytes: 100 })
    await store.put(patternOf(80), { client: 'a' })
    await expect(store.put(patternOf(81), { client: 'a' })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      scope: 'client',
    })
    await store.put(patternOf(81), { client: 'b' })
  })

  test('counts uploads that are still under way', async () => {
    const store = await open({ quotaBytes: 250_000 })
    const release = Promise.withResolvers<void>()
    const slow = async function* () {
      yield patternOf(200_000)
      await release.promise
    }
    const first = store.put(slow())
    await expect.poll(() => files()).toHaveLength(1)
    const second = store.put(patternOf(60_000))
    await expect(second).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' })
    release.resolve()
    await first
  })

  test('leaves the disk some room', async () => {
    const store = await open({ minFreeBytes: Number.MAX_SAFE_INTEGER })
    await expect(store.put(patternOf(1))).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    await expect(store.putMany([patternOf(1)])).rejects.toMatchObject({ code: 'STORAGE_FULL' })
  })
})

describe('pins', () => {
  test('hold a blob until the last of them ends', async () => {
    const store = await open({ lifetimeSec: 100 })
    const { cid } = await store.put(patternOf(100_000))
    const { cid: other } = await store.put(patternOf(10))
    await store.pin(cid, { tag: 'deal', expiresAtSec: nowMs / 1000 + 500 })
    nowMs += 101_000
    expect(await store.gc()).toEqual({ blobs: 1, bytes: 10 })
    expect([await store.has(cid), await store.has(other)]).toEqual([true, false])
    nowMs += 400_000
    expect(await store.gc()).toEqual({ blobs: 1, bytes: 100_000 })
    expect(await files()).toEqual([])
  })

  test('only grow longer', async () => {
    const store = await open()
    const { cid } = await store.put(patternOf(10))
    await store.pin(cid, { tag: 'upload', expiresAtSec: 1 })
    await store.gc()
    expect(await store.has(cid)).toBe(true)
  })

  test('are refused for what is not stored', async () => {
    const store = await open()
    const pinning = store.pin(cidOf(patternOf(3)), { tag: 'deal' })
    await expect(pinning).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' })
  })

  test('leave leaves that another blob shares', async () => {
    const store = await open()
    const { cid } = await store.put(patternOf(LEAF_BYTES + 10))
    const longer = await store.put(patternOf(2 * LEAF_BYTES))
    await store.unpin(cid, { tag: 'upload' })
    expect(await store.gc()).toMatchObject({ blobs: 1 })
    expect(Buffer.compare(await collect(store.read(longer.cid)), patternOf(2 * LEAF_BYTES))).toBe(0)
  })
})

test('keeps the id of a blob that other tools cut in their way', async () => {
  const store = await open()
  // `echo "hello world" | ipfs add`
  const node = Buffer.from('0a120802120c68656c6c6f20776f726c640a180c', 'hex')
  const root = cidFrom(DAG_PB, sha256(node))
  await store.importDag(root, () => node)
  const bytes = await store.getBytes(root.toString(), { maxBytes: 12 })
  expect(Buffer.from(bytes).toString()).toBe('hello world\n')
  expect(dagPb.decode(await store.getBlock(root.toString())).Links).toEqual([])
})
