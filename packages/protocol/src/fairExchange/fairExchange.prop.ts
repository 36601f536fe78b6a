import { bytesToHex, type Hex32, hexToBytes } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keccakOf } from '../hash.ts'
import { merkleProof, merkleRoot } from '../merkle.ts'
import { createChunkCipher } from './chunkCipher.ts'
import { createChunkHasher } from './chunkHasher.ts'
import { type ChunkProof, judgeComplaint } from './complaint.ts'
import { createFileTree } from './fileTree.ts'

const OFFER = keccakOf('0a')
const KEY = { secret: keccakOf('0b'), salt: keccakOf('0c') }
const hasher = createChunkHasher()

it('the streamed tree has root and paths of the tree in memory', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (count, pick) => {
      const leaves = Array.from({ length: count }, (_, i) =>
        keccakOf(i.toString(16).padStart(4, '0')),
      )
      const index = pick % count
      const tree = createFileTree(hasher, index)
      for (const leaf of leaves) tree.push(hexToBytes(leaf))
      expect(tree.finish()).toEqual({ root: merkleRoot(leaves), path: merkleProof(leaves, index) })
    }),
  )
})

it('a tree needs a leaf', () => {
  expect(() => createFileTree(hasher).finish()).toThrow(RangeError)
})

/** A file of `size` bytes whose chunk `wrong` is damaged, if it has one. */
function aSale(size: number, wrong: number) {
  const [chunkBytes, cipher] = [48, createChunkCipher(OFFER, KEY)]
  const chunks = Array.from({ length: Math.ceil(size / chunkBytes) }, (_, i) => {
    const sealed = cipher.seal(i, new Uint8Array(Math.min(chunkBytes, size - i * chunkBytes)))
    if (i === wrong) sealed.cipher[0] = (sealed.cipher[0] as number) ^ 1
    return sealed
  })
  const leaves = chunks.map(({ plainHash, cipher }, i) =>
    bytesToHex(hasher.leaf(i, plainHash, cipher)),
  ) as Hex32[]
  const terms = { root: merkleRoot(leaves), sizeBytes: BigInt(size), chunkBytes }
  const proofOf = (index: number): ChunkProof => ({
    index: BigInt(index),
    plainHash: bytesToHex(chunks[index]?.plainHash as Uint8Array) as Hex32,
    cipher: bytesToHex(chunks[index]?.cipher as Uint8Array),
    path: merkleProof(leaves, index),
  })
  return { terms, proofOf, count: chunks.length }
}

it('a complaint is upheld about the damaged chunk alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.nat(), fc.nat(), (size, w, s) => {
      const count = Math.ceil(size / 48)
      const [wrong, shown] = [w % count, s % count]
      const { terms, proofOf } = aSale(size, wrong)
      const verdict = judgeComplaint(terms, { offerId: OFFER, key: KEY, chunk: proofOf(shown) })
      expect(verdict).toBe(wrong === shown ? 'upheld' : 'correct')
    }),
  )
})

it('takes no chunk that the seller is not bound to', () => {
  const { terms, proofOf } = aSale(500, 3)
  const good = proofOf(3)
  const judge = (chunk: ChunkProof) => judgeComplaint(terms, { offerId: OFFER, key: KEY, chunk })
  expect(judge(good)).toBe('upheld')
  for (const forged of [
    { ...good, index: 4n },
    { ...good, index: 3n + 16n },
    { ...good, index: 3n + (1n << 64n) },
    { ...good, plainHash: OFFER },
    { ...good, cipher: `${good.cipher}00` as const },
    { ...good, path: good.path.slice(1) },
    { ...good, path: [...good.path, OFFER] },
    { ...good, path: [...good.path].reverse() },
  ])
    expect(judge(forged)).toBe('notCommitted')
})

it('a chunk of the wrong length is a wrong chunk', () => {
  const { terms, proofOf } = aSale(500, -1)
  const judge = (sizeBytes: bigint) =>
    judgeComplaint({ ...terms, sizeBytes }, { offerId: OFFER, key: KEY, chunk: proofOf(10) })
  expect(judge(500n)).toBe('correct')
  expect(judge(501n)).toBe('upheld')
})
