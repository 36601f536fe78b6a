import type { GuestMemory } from './guestMemory.ts'
import type { TreeNode } from './tree.ts'
import { EPOCH_NS } from './virtualClock.ts'

const FILESTAT_BYTES = 64
const CHARACTER_DEVICE = 2
const DIRECTORY = 3
const REGULAR_FILE = 4

/** WASI file type; streams have no node. */
export function typeOf(node: TreeNode | undefined): number {
  if (!node) return CHARACTER_DEVICE
  return node.kind === 'directory' ? DIRECTORY : REGULAR_FILE
}

/** All times are the epoch of the virtual clock. */
export function putFilestat(
  memory: GuestMemory,
  pointer: number,
  node: TreeNode | undefined,
): void {
  const at = pointer >>> 0
  memory.bytes(at, FILESTAT_BYTES).fill(0)
  memory.setU64(at, 1n)
  memory.setU64(at + 8, BigInt(node?.inode ?? 0))
  memory.setU8(at + 16, typeOf(node))
  memory.setU64(at + 24, 1n)
  memory.setU64(at + 32, BigInt(node?.kind === 'file' ? node.size : 0))
  for (const time of [40, 48, 56]) memory.setU64(at + time, EPOCH_NS)
}
