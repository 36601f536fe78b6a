import type { DirectoryDescriptor } from './descriptors.ts'
import { typeOf } from './filestat.ts'
import type { WasiHost } from './host.ts'
import type { DirectoryNode, TreeNode } from './tree.ts'

const HEADER_BYTES = 24
const FUEL_PER_ENTRY = 4000

/**
 * Fills `target` with directory entries from `cookie` on, the last one cut off when it does not
 * fit, and gives the bytes used; fewer than asked for means the end.
 *
 * The entries are those that were there when reading began, sorted by code unit, less what has been
 * removed since: deleting while reading skips nothing.
 */
export function readDirectory(
  host: WasiHost,
  descriptor: DirectoryDescriptor,
  target: Uint8Array,
  cookie: bigint,
): number {
  if (cookie === 0n || !descriptor.listing) {
    descriptor.listing = list(descriptor.node)
    host.charge(descriptor.listing.length * FUEL_PER_ENTRY)
  }
  const { listing, node: directory } = descriptor
  let used = 0
  // A larger cookie than any number of entries is behind the end.
  for (let i = Number(cookie); i < listing.length && used < target.length; i++) {
    const { name, node } = listing[i] as { name: string; node: TreeNode }
    if (i > 1 && directory.entries.get(name) !== node) continue
    host.charge(FUEL_PER_ENTRY)
    const entry = encodeEntry(i + 1, name, node)
    const part = entry.subarray(0, target.length - used)
    target.set(part, used)
    used += part.length
  }
  return used
}

function list(directory: DirectoryNode): { name: string; node: TreeNode }[] {
  const entries = [...directory.entries].map(([name, node]) => ({ name, node }))
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  return [{ name: '.', node: directory }, { name: '..', node: directory.parent }, ...entries]
}

function encodeEntry(next: number, name: string, node: TreeNode): Uint8Array {
  const bytes = new TextEncoder().encode(name)
  const entry = new Uint8Array(HEADER_BYTES + bytes.length)
  const view = new DataView(entry.buffer)
  view.setBigUint64(0, BigInt(next), true)
  view.setBigUint64(8, BigInt(node.inode), true)
  view.setUint32(16, bytes.length, true)
  view.setUint8(20, typeOf(node))
  entry.set(bytes, HEADER_BYTES)
  return entry
}
