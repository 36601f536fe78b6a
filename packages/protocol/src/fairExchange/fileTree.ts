import { bytesToHex, type Hex32 } from '@millrace/base'
import type { ChunkHasher } from './chunkHasher.ts'

/** A Merkle tree that is never in memory: one node a level is. Same shape as `merkleRoot`. */
export type FileTree = {
  push(leaf: Uint8Array): void
  /** Root and, for the leaf asked for, its siblings from below. Ends the tree. */
  finish(): { root: Hex32; path: Hex32[] }
}

type Node = { hash: Uint8Array; height: number; isOnPath: boolean }

/** @param pathOf - Index of the leaf whose path is wanted. */
export function createFileTree(hasher: Pick<ChunkHasher, 'node'>, pathOf = -1): FileTree {
  // Whole subtrees of falling height, left to right.
  const peaks: Node[] = []
  const path: Hex32[] = []
  let count = 0

  const join = (left: Node, right: Node): Node => {
    if (left.isOnPath) path.push(bytesToHex(right.hash) as Hex32)
    if (right.isOnPath) path.push(bytesToHex(left.hash) as Hex32)
    return {
      hash: hasher.node(left.hash, right.hash),
      height: left.height + 1,
      isOnPath: left.isOnPath || right.isOnPath,
    }
  }

  return {
    push(leaf) {
      let node: Node = { hash: leaf, height: 0, isOnPath: count++ === pathOf }
      for (let left = peaks.at(-1); left?.height === node.height; left = peaks.at(-1)) {
        peaks.pop()
        node = join(left, node)
      }
      peaks.push(node)
    },
    finish() {
      let node = peaks.pop()
      if (node === undefined) throw new RangeError('a Merkle tree needs a leaf')
      for (let left = peaks.pop(); left !== undefined; left = peaks.pop()) node = join(left, node)
      return { root: bytesToHex(node.hash) as Hex32, path }
    },
  }
}
