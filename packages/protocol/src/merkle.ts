import type { Hex32 } from '@millrace/base'
import { keccakOf } from './hash.ts'

// One tree shape for batch roots and result roots. Leaves are hashed by the caller with a leading
// 00; a node is keccak256(01 | left | right); an odd node moves up unchanged.

/** Root over at least one leaf. */
export function merkleRoot(leaves: readonly Hex32[]): Hex32 {
  if (leaves.length === 0) throw new RangeError('a Merkle tree needs a leaf')
  let level = [...leaves]
  while (level.length > 1) level = nextLevel(level)
  return level[0] as Hex32
}

/** Siblings from leaf to root; a level where the node moves up alone adds none. */
export function merkleProof(leaves: readonly Hex32[], index: number): Hex32[] {
  if (index < 0 || index >= leaves.length)
    throw new RangeError(`no leaf ${index} of ${leaves.length}`)
  const proof: Hex32[] = []
  let level = [...leaves]
  for (let i = index; level.length > 1; i >>= 1) {
    const sibling = level[i ^ 1]
    if (sibling !== undefined) proof.push(sibling)
    level = nextLevel(level)
  }
  return proof
}

/** True if `leaf` stands at `index` of a tree of `count` leaves with this root. */
export function verifyMerkleProof(
  leaf: Hex32,
  {
    index,
    count,
    proof,
    root,
  }: { index: number; count: number; proof: readonly Hex32[]; root: Hex32 },
): boolean {
  if (index < 0 || index >= count) return false
  let node = leaf
  let used = 0
  for (let i = index, width = count; width > 1; i >>= 1, width = (width + 1) >> 1) {
    if ((i ^ 1) >= width) continue
    const sibling = proof[used++]
    if (sibling === undefined) return false
    node = (i & 1) === 0 ? hashNode(node, sibling) : hashNode(sibling, node)
  }
  return used === proof.length && node === root
}

function nextLevel(level: readonly Hex32[]): Hex32[] {
  const next: Hex32[] = []
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i] as Hex32, level[i + 1]]
    next.push(right === undefined ? left : hashNode(left, right))
  }
  return next
}

function hashNode(left: Hex32, right: Hex32): Hex32 {
  return keccakOf('01', left, right)
}
