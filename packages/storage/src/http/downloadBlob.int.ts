import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BlobStore, BlockSource, Cid } from '../blobStore.ts'
import { LEAF_BYTES } from '../contentId.ts'
import { BlobCorruptError } from '../errors.ts'
import { memoryBlobStore } from '../memory/memoryBlobStore.ts'
import { patternOf } from '../testBytes.ts'
import { downloadBlob } from './downloadBlob.ts'

const content = patternOf(6 * LEAF_BYTES + 10)
let dir: string
let target: string
let store: BlobStore & BlockSource
let cid: Cid

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'millrace-download-'))
  target = path.join(dir, 'result.bin')
  store = memoryBlobStore()
  cid = (await store.put(content)).cid
})
afterEach(() => rm(dir, { recursive: true }))

/** Counts the blocks asked of a source, and fails as told. */
const watch = (source: BlockSource, fail: () => Error | undefined = () => undefined) => {
  const asked: Cid[] = []
  const getBlock: BlockSource['getBlock'] = (id, options) => {
    asked.push(id)
    const error = fail()
    return error === undefined ? source.getBlock(id, options) : Promise.reject(error)
  }
  return { asked, getBlock }
}
const expectWhole = async (): Promise<void> => {
  expect(Buffer.compare(await readFile(target), content)).toBe(0)
  expect(await readdir(dir)).toEqual(['result.bin'])
}

test('writes the whole blob and tells how far it is', async () => {
  const seen: number[] = []
  const result = await downloadBlob(
    { cid, path: target, sources: [store] },
    { onProgress: ({ doneBytes }) => seen.push(doneBytes) },
  )
  expect(result).toEqual({ sizeBytes: content.length, reusedBytes: 0 })
  expect(seen).toHaveLength(7)
  expect(seen.at(-1)).toBe(content.length)
  await expectWhole()
})

test.each([0, 10, LEAF_BYTES])('writes a blob of %i bytes', async (length) => {
  const { cid: small } = await store.put(patternOf(length))
  await downloadBlob({ cid: small, path: target, sources: [store] })
  expect(await readFile(target)).toHaveLength(length)
})

test('goes on where a broken download ended', async () => {
  const stop = new AbortController()
  const first = downloadBlob(
    { cid, path: target, sources: [store] },
    {
      signal: stop.signal,
      concurrency: 1,
      onProgress: ({ doneBytes }) => {
        if (doneBytes >= 3 * LEAF_BYTES) stop.abort(new RangeError('broken off'))
      },
    },
  )
  await expect(first).rejects.toThrow('broken off')
  expect(await readdir(dir)).toEqual(['result.bin.part'])
  const source = watch(store)
  const second = await downloadBlob({ cid, path: target, sources: [source] })
  expect(second).toEqual({ sizeBytes: content.length, reusedBytes: 3 * LEAF_BYTES })
  expect(source.asked).toHaveLength(1 + 4)
  await expectWhole()
})

test('believes nothing in a part file', async () => {
  const part = Buffer.concat([content, patternOf(500)])
  part[LEAF_BYTES + 9] = (part[LEAF_BYTES + 9] ?? 0) ^ 1
  await writeFile(`${target}.part`, part)
  const { reusedBytes } = await downloadBlob({ cid, path: target, sources: [store] })
  expect(reusedBytes).toBe(content.length - LEAF_BYTES)
  await expectWhole()
})

test('asks the next source when one fails or gives bad bytes', async () => {
  let count = 0
  const unsteady = watch(store, () =>
    count++ % 2 === 0 ? new BlobCorruptError({ cid, where: 'there' }) : undefined,
  )
  const dead = watch(store, () => new RangeError('dead'))
  await downloadBlob({ cid, path: target, sources: [dead, unsteady, store] }, { concurrency: 1 })
  expect(dead.asked).toHaveLength(1)
  await expectWhole()
})

test('leaves no file under the name when no source has all of it', async () => {
  const empty = memoryBlobStore()
  await expect(downloadBlob({ cid, path: target, sources: [empty] })).rejects.toMatchObject({
    code: 'BLOB_NOT_FOUND',
  })
  expect(await readdir(dir)).toEqual(['result.bin.part'])
})
