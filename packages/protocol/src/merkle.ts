import type { Hex32 } from '@millrace/base'
import { keccakOf } from './hash.ts'

// One tree shape for batch roots and result roots. Leaves are hashed by the caller with a leading
// 00; a node is keccak256(01 | left | right); an odd node moves up unchanged.

export type MerkleTree = {
  root: Hex32
  /** Siblings from leaf to root; a level where the node moves up alone adds none. */
  proofOf(index: number): Hex32[]
}

/** All levels of a tree of at least one leaf, for whoever needs several proofs of it. */
export function merkleTree(leaves: readonly Hex32[]): MerkleTree {
  if (leaves.length === 0) throw new RangeError('a Merkle tree needs a leaf')
  const levels: (readonly Hex32[])[] = [leaves]
  let top = leaves
  while (top.length > 1) {
    top = nextLevel(top)
    levels.push(top)
  }
  return { root: top[0] as Hex32, proofOf: (index) => siblingsOf(levels, index) }
}

/** Root over at least one leaf. */
export function merkleRoot(leaves: readonly Hex32[]): Hex32 {
  return merkleTree(leaves).root
}

/** As `proofOf` of the leaves' tree. */
export function merkleProof(leaves: readonly Hex32[], index: number): Hex32[] {
  return merkleTree(leaves).proofOf(index)
}

function siblingsOf(levels: readonly (readonly Hex32[])[], index: number): Hex32[] {
  const count = levels[0]?.length ?? 0
  if (index < 0 || index >= count) throw new RangeError(`no leaf ${index} of ${count}`)
  return levels.flatMap((level, height) => level[(index >> height) ^ 1] ?? [])
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
