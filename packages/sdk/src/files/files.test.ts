import { type Hex32, ZERO_HEX32 } from '@millrace/base'
import { type FileKey, judgeComplaint } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { SealedFileMismatchError, WrongChunkError } from '../errors.ts'
import { checkSealed } from './checkSealed.ts'
import { cutChunks } from './cutChunks.ts'
import { buildComplaint, openSealed } from './openSealed.ts'
import { sealFile } from './sealFile.ts'

const offerId = `0x${'0f'.repeat(32)}` as Hex32
const key: FileKey = {
  secret: `0x${'0a'.repeat(32)}` as Hex32,
  salt: `0x${'0b'.repeat(32)}` as Hex32,
}
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) % 251)

function pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  const count = Math.ceil(bytes.length / size)
  return ReadableStream.from(
    Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size)),
  )
}

async function allOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = []
  for await (const bytes of source) all.push(bytes)
  return all
}

const joined = async (source: AsyncIterable<Uint8Array>) =>
  new Uint8Array(Buffer.concat(await allOf(source)))

/** A file of `length` bytes, sealed in chunks of 64. */
async function aSealedFile(length: number, theKey = key) {
  const file = sealFile(pieces(bytesOf(length), 100), { offerId, key: theKey, chunkBytes: 64 })
  const bytes = await joined(file.bytes)
  return { bytes, terms: { ...file.facts(), chunkBytes: 64 } }
}

describe('cutChunks', () => {
  it.each([1, 5, 7, 64, 100])('cuts pieces of %d bytes into chunks of 7', async (size) => {
    const chunks = await allOf(cutChunks(pieces(bytesOf(64), size), 7))
    expect(chunks.map(({ length }) => length)).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 7, 1])
    expect(new Uint8Array(Buffer.concat(chunks))).toEqual(bytesOf(64))
  })

  it('cuts nothing into nothing', async () => {
    expect(await allOf(cutChunks(pieces(bytesOf(0), 1), 7))).toEqual([])
  })
})

describe('a sealed file', () => {
  it.each([1, 63, 64, 65, 1000])(
    'of %d bytes is checked, then opened to the same',
    async (length) => {
      const { bytes, terms } = await aSealedFile(length)
      expect(terms.sizeBytes).toBe(BigInt(length))
      expect(bytes.length).toBe(length + 32 * Math.ceil(length / 64))
      await checkSealed(pieces(bytes, 33), terms)
      const opened = await joined(openSealed(pieces(bytes, 33), { terms, offerId, key }))
      expect(opened).toEqual(bytesOf(length))
    },
  )

  it('without salt has the same plain root under every offer', async () => {
    const unsalted = { ...key, salt: ZERO_HEX32 as Hex32 }
    const [a, b] = await Promise.all([
      aSealedFile(500, unsalted),
      aSealedFile(500, { ...unsalted, secret: offerId }),
    ])
    expect(a.terms.plainRoot).toBe(b.terms.plainRoot)
    expect(a.terms.root).not.toBe(b.terms.root)
    expect((await aSealedFile(500)).terms.plainRoot).not.toBe(a.terms.plainRoot)
  })

  it('needs a byte and a chunk size that the contract takes', async () => {
    await expect(aSealedFile(0)).rejects.toThrow('a byte at least')
    for (const chunkBytes of [31, 16_385, 64.5])
      expect(() => sealFile(pieces(bytesOf(9), 9), { offerId, key, chunkBytes })).toThrow('from 32')
  })

  it('tells its facts only at its end', () => {
    const { facts } = sealFile(pieces(bytesOf(9), 9), { offerId, key, chunkBytes: 64 })
    expect(facts).toThrow(RangeError)
  })
})

describe('before paying', () => {
  it.each([
    [
      'a flipped bit of a cipher',
      (b: Uint8Array) => b.map((x, i) => (i === 40 ? x ^ 1 : x)),
      'root',
    ],
    [
      'a flipped bit of a plain hash',
      (b: Uint8Array) => b.map((x, i) => (i === 3 ? x ^ 1 : x)),
      'root',
    ],
    ['a chunk too few', (b: Uint8Array) => b.slice(0, 96), 'number of chunks'],
    ['a short last chunk', (b: Uint8Array) => b.slice(0, -1), 'length of chunk 3'],
    ['a long last chunk', (b: Uint8Array) => new Uint8Array([...b, 0]), 'length of chunk 3'],
    ['a chunk too many', (b: Uint8Array) => new Uint8Array([...b, ...b]), 'length of chunk 3'],
  ])('finds %s', async (_, change, field) => {
    const { bytes, terms } = await aSealedFile(200)
    const error = await checkSealed(pieces(change(bytes), 50), terms).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(SealedFileMismatchError)
    expect((error as SealedFileMismatchError).meta['field']).toBe(field)
  })

  it('finds more chunks than there should be', async () => {
    const { bytes, terms } = await aSealedFile(192)
    const more = new Uint8Array([...bytes, 1])
    await expect(checkSealed(pieces(more, 50), terms)).rejects.toThrow('number of chunks')
  })

  it('finds that it is another file', async () => {
    const { bytes, terms } = await aSealedFile(200)
    const other = { ...terms, plainRoot: offerId }
    await expect(checkSealed(pieces(bytes, 50), other)).rejects.toThrow('plainRoot')
  })
})

describe('after paying', () => {
  it('stops at the first wrong chunk and makes a complaint that is upheld', async () => {
    const { bytes } = await aSealedFile(1000)
    const wrong = bytes.map((x, i) => (i === 96 * 5 + 40 || i === 96 * 9 + 40 ? x ^ 1 : x))
    // The seller bound itself to the damaged bytes.
    const terms = { ...(await boundTo(wrong, 1000n)), chunkBytes: 64 }
    await checkSealed(pieces(wrong, 70), terms)
    const got: Uint8Array[] = []
    const error = await (async () => {
      for await (const chunk of openSealed(pieces(wrong, 70), { terms, offerId, key }))
        got.push(chunk)
    })().catch((e: unknown) => e)
    expect(error).toBeInstanceOf(WrongChunkError)
    expect(got.length).toBe(5)
    const { index } = error as WrongChunkError
    expect(index).toBe(5)
    const chunk = await buildComplaint(pieces(wrong, 70), { terms, index })
    expect(judgeComplaint(terms, { offerId, key, chunk })).toBe('upheld')
    const right = await buildComplaint(pieces(wrong, 70), { terms, index: 6 })
    expect(judgeComplaint(terms, { offerId, key, chunk: right })).toBe('correct')
  })

  it('has no complaint about a chunk that is not there', async () => {
    const { bytes, terms } = await aSealedFile(100)
    await expect(buildComplaint(pieces(bytes, 70), { terms, index: 2 })).rejects.toThrow(RangeError)
  })
})

/** Roots over sealed bytes as they are. */
async function boundTo(bytes: Uint8Array, sizeBytes: bigint) {
  const zero = { root: offerId, plainRoot: offerId, sizeBytes, chunkBytes: 64 }
  const found = { ...zero }
  for (const field of ['root', 'plainRoot'] as const) {
    const error = await checkSealed(pieces(bytes, 70), found).catch((e: unknown) => e)
    found[field] = (error as SealedFileMismatchError).meta['found'] as Hex32
  }
  return found
}
