import { type Address, address, hex32, unixSeconds } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batchRoot } from '../batch.ts'
import { sealLeaf } from '../commitment.ts'
import { verifyMerkleProof } from '../merkle.ts'
import type { Settlement } from './evidence.ts'
import { type Neighbour, neighboursOf } from './omission.ts'

const who = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`)
const word = (n: number) => hex32(`0x${n.toString(16).padStart(64, '0')}`)

/** A settlement of which only the seals matter: all workers of it are absent, with head zero in the root. */
function settlementOf(workers: readonly number[]): Settlement {
  const facts = { resultRoot: word(0), batchRoot: word(0), settledAt: unixSeconds(2) }
  return {
    pool: who(1),
    nonce: 1n,
    facts: { ...facts, committedAt: unixSeconds(1) },
    parts: [],
    workers: [],
    absent: workers.map((n) => {
      return { worker: who(n), head: word(n), signature: '0x', commitBy: unixSeconds(3) }
    }),
    winners: new Map(),
  }
}

/** The rule of contracts/src/Claims.sol `_isMissing`. */
function isMissing(root: string, worker: Address, left: Neighbour, right: Neighbour): boolean {
  const stands = ({ worker: who, head, place }: Neighbour): boolean => {
    const where = { index: Number(place.position), count: Number(place.count), proof: place.proof }
    return verifyMerkleProof(sealLeaf(who, head), { ...where, root: root as never })
  }
  const [hasLeft, hasRight] = [left.place.count !== 0n, right.place.count !== 0n]
  if (hasLeft) {
    if (left.worker >= worker || !stands(left)) return false
    if (!hasRight) return left.place.position + 1n === left.place.count
  }
  if (!hasRight || right.worker <= worker || !stands(right)) return false
  if (!hasLeft) return right.place.position === 0n
  return left.place.count === right.place.count && left.place.position + 1n === right.place.position
}

const batch = fc.uniqueArray(fc.integer({ min: 10, max: 60 }), { minLength: 1, maxLength: 20 })

it('shows that a worker is missing to the contract, whoever is in the batch', () => {
  fc.assert(
    fc.property(batch, fc.integer({ min: 2, max: 70 }), (workers, n) => {
      const found = neighboursOf(settlementOf(workers), who(n))
      if (workers.includes(n)) {
        expect(found).toBeUndefined()
        return
      }
      const root = batchRoot(workers.map((one) => ({ worker: who(one), head: word(0) })))
      if (found === undefined) throw new RangeError('no neighbours')
      expect(isMissing(root, who(n), found.left, found.right)).toBe(true)
    }),
  )
})

it('shows nothing of a worker that is in the batch, whatever neighbours are taken', () => {
  fc.assert(
    fc.property(batch, fc.nat(100), (workers, pick) => {
      const n = workers[pick % workers.length] as number
      const others = workers.filter((one) => one !== n)
      const root = batchRoot(workers.map((one) => ({ worker: who(one), head: word(0) })))
      const found = neighboursOf(settlementOf(others.length > 0 ? others : [5]), who(n))
      if (found === undefined) throw new RangeError('no neighbours')
      expect(isMissing(root, who(n), found.left, found.right)).toBe(false)
    }),
  )
})
