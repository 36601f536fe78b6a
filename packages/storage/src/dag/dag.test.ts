import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { importer } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import { describe, expect, test } from 'vitest'
import { sha256 } from '#sha256'
import { cidFrom, DAG_PB, LEAF_BYTES, rawCid } from '../contentId.ts'
import { collect, inPieces, patternOf } from '../testBytes.ts'
import { buildDag, copyDag } from './buildDag.ts'
import { decodeCar, encodeCar, streamCar } from './carFile.ts'
import type { GetBlock } from './readDag.ts'
import { blocksOf } from './readDag.ts'
import { getVerified, readVerified } from './readVerified.ts'

function memory() {
  const blocks = new Map<string, Uint8Array>()
  const keep = ({ cid, bytes }: { cid: CID; bytes: Uint8Array }): void =>
    void blocks.set(cid.toString(), bytes)
  const getBlock: GetBlock = (cid) => blocks.get(cid.toString()) as Uint8Array
  return { blocks, sink: { leaf: keep, node: keep }, getBlock, keep }
}

describe('building', () => {
  test.each([
    0,
    1,
    LEAF_BYTES - 1,
    LEAF_BYTES,
    LEAF_BYTES + 1,
    3 * LEAF_BYTES,
    3 * LEAF_BYTES + 77,
  ])('gives %i bytes the id that the IPFS importer gives', async (length) => {
    const bytes = patternOf(length)
    const put = (cid: CID) => Promise.resolve(cid)
    const oracle = importer([{ content: bytes }], { put } as never, { profile: 'unixfs-v1-2025' })
    let expected: CID | undefined
    for await (const entry of oracle) expected = entry.cid
    const { cid, sizeBytes } = await buildDag(inPieces(bytes, 300_007), memory().sink)
    expect({ cid: cid.toString(), sizeBytes }).toEqual({
      cid: expected?.toString(),
      sizeBytes: length,
    })
  })

  test('lays two leaves below a node as the UnixFS specification says', async () => {
    const bytes = patternOf(LEAF_BYTES + 5)
    const leaves = [bytes.subarray(0, LEAF_BYTES), bytes.subarray(LEAF_BYTES)]
    const file = new UnixFS({ type: 'file', blockSizes: leaves.map((leaf) => BigInt(leaf.length)) })
    const node = dagPb.encode({
      Data: file.marshal(),
      Links: leaves.map((leaf) => ({ Name: '', Tsize: leaf.length, Hash: rawCid(leaf) })),
    })
    const { cid } = await buildDag(inPieces(bytes, 1000), memory().sink)
    expect(cid.toString()).toBe(cidFrom(DAG_PB, sha256(node)).toString())
  })

  test('stops when the signal aborts', async () => {
    const signal = AbortSignal.abort(new RangeError('enough'))
    await expect(buildDag(inPieces(patternOf(10), 5), memory().sink, signal)).rejects.toThrow(
      'enough',
    )
  })
})

describe('reading', () => {
  test('takes a blob of version 0 over, whose bytes lie in its node', async () => {
    // `echo "hello world" | ipfs add`
    const node = Buffer.from('0a120802120c68656c6c6f20776f726c640a180c', 'hex')
    const root = cidFrom(DAG_PB, sha256(node))
    expect(root.toString()).toBe('bafybeicg2rebjoofv4kbyovkw7af3rpiitvnl6i7ckcywaq6xjcxnc2mby')
    const { sizeBytes } = await copyDag(root, () => node, memory().sink)
    expect(sizeBytes).toBe(12)
    const read = await getVerified(root, () => node, { maxBytes: 12, readAhead: 0 })
    expect(Buffer.from(read).toString()).toBe('hello world\n')
  })

  test('refuses a blob by its size before it reads the leaves', async () => {
    const { sink, getBlock } = memory()
    const { cid } = await buildDag(inPieces(patternOf(LEAF_BYTES + 5), 5000), sink)
    const asked: string[] = []
    const watched: GetBlock = (id) => {
      asked.push(id.toString())
      return getBlock(id)
    }
    const reading = getVerified(cid, watched, { maxBytes: LEAF_BYTES, readAhead: 4 })
    await expect(reading).rejects.toMatchObject({ code: 'BLOB_TOO_LARGE' })
    expect(asked).toEqual([cid.toString()])
  })

  const nodeOf = (links: { cid: CID; length: number }[], type = 'file') => {
    const file = new UnixFS({ type: 'file', blockSizes: links.map(({ length }) => BigInt(length)) })
    if (type !== 'file') Object.assign(file, { type })
    const bytes = dagPb.encode({
      Data: file.marshal(),
      Links: links.map(({ cid, length }) => ({ Name: '', Tsize: length, Hash: cid })),
    })
    return { cid: cidFrom(DAG_PB, sha256(bytes)), bytes }
  }
  const leaf = patternOf(10)

  test.each([
    ['a leaf of another length', [nodeOf([{ cid: rawCid(leaf), length: 9 }])]],
    ['a link to nothing', [nodeOf([{ cid: rawCid(leaf), length: 0 }])]],
    [
      'a node of another size',
      [
        nodeOf([{ cid: nodeOf([{ cid: rawCid(leaf), length: 10 }]).cid, length: 11 }]),
        nodeOf([{ cid: rawCid(leaf), length: 10 }]),
      ],
    ],
    ['a directory', [nodeOf([], 'directory')]],
  ])('refuses %s', async (_, nodes) => {
    const { keep, getBlock } = memory()
    for (const node of [...nodes, { cid: rawCid(leaf), bytes: leaf }]) keep(node)
    const root = nodes[0]?.cid as CID
    const reading = collect(readVerified(root, getBlock, {}, 1))
    await expect(reading).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  })

  test('refuses nodes that are nested without end', async () => {
    const { keep, getBlock } = memory()
    let below = { cid: rawCid(leaf), length: 10 }
    for (let level = 0; level < 8; level++) {
      const node = nodeOf([below])
      keep(node)
      below = { cid: node.cid, length: 10 }
    }
    const reading = collect(readVerified(below.cid, getBlock, {}, 1))
    await expect(reading).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  })

  test('refuses bytes that are no node', async () => {
    const bytes = new Uint8Array([1, 2, 3])
    const cid = cidFrom(DAG_PB, sha256(bytes))
    const reading = collect(readVerified(cid, () => bytes, {}, 0))
    await expect(reading).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  })
})

describe('CAR files', () => {
  test('carry many small blobs and their ids', () => {
    const blocks = [0, 1, 200, 3000].map(patternOf).map((bytes) => ({ cid: rawCid(bytes), bytes }))
    const { roots, blocks: found } = decodeCar(encodeCar(blocks))
    expect(roots.map(String)).toEqual(blocks.map(({ cid }) => cid.toString()))
    expect(found.map(({ bytes }) => [...bytes])).toEqual(blocks.map(({ bytes }) => [...bytes]))
  })

  test('stream a whole blob, nodes before leaves', async () => {
    const { sink, getBlock } = memory()
    const bytes = patternOf(2 * LEAF_BYTES + 9)
    const { cid } = await buildDag(inPieces(bytes, 70_000), sink)
    const car = await collect(streamCar(cid, blocksOf(cid, getBlock)))
    const { roots, blocks } = decodeCar(car)
    expect(roots.map(String)).toEqual([cid.toString()])
    expect(blocks[0]?.cid.toString()).toBe(cid.toString())
    const leaves = blocks.slice(1).map((block) => block.bytes)
    expect(Buffer.compare(Buffer.concat(leaves), bytes)).toBe(0)
  })

  test.each([
    ['nothing', new Uint8Array()],
    ['noise', patternOf(500)],
    ['half a file', encodeCar([{ cid: rawCid(leafOf(300)), bytes: leafOf(300) }]).subarray(0, 200)],
  ])('of %s are refused', (_, bytes) => {
    expect(() => decodeCar(bytes)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })
})

function leafOf(length: number): Uint8Array {
  return new Uint8Array(length).fill(length)
}
