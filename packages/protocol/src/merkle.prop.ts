import { bytesToHex, type Hex32 } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { merkleProof, merkleRoot, verifyMerkleProof } from './merkle.ts'

const leaf = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => bytesToHex(bytes) as Hex32)
const leaves = fc.uniqueArray(leaf, { minLength: 1, maxLength: 40 })

it('proves every leaf at its place and at no other', () => {
  fc.assert(
    fc.property(leaves, fc.nat(), fc.nat(), (all, a, b) => {
      const [index, other] = [a % all.length, b % all.length]
      const root = merkleRoot(all)
      const proof = merkleProof(all, index)
      const at = (i: number, count = all.length) =>
        verifyMerkleProof(all[index] as Hex32, { index: i, count, proof, root })
      expect(at(index)).toBe(true)
      if (other !== index) expect(at(other)).toBe(false)
    }),
  )
})

it('refuses foreign leaves, longer proofs and indices outside', () => {
  fc.assert(
    fc.property(leaves, leaf, fc.nat(), (all, foreign, n) => {
      const index = n % all.length
      const proof = merkleProof(all, index)
      const root = merkleRoot(all)
      const good = { index, count: all.length, proof, root }
      if (!all.includes(foreign)) expect(verifyMerkleProof(foreign, good)).toBe(false)
      expect(verifyMerkleProof(all[index] as Hex32, { ...good, proof: [...proof, foreign] })).toBe(
        false,
      )
      expect(verifyMerkleProof(all[index] as Hex32, { ...good, index: all.length })).toBe(false)
    }),
  )
})
