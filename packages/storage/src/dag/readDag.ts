import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { RAW } from '../contentId.ts'
import { BlobCorruptError } from '../errors.ts'

/** Gives a verified block; may refuse one larger than `maxBytes` before it has read it. */
export type GetBlock = (cid: CID, maxBytes?: number) => Promise<Uint8Array> | Uint8Array

/** A piece of a blob: a raw leaf to fetch, or bytes that a node holds itself. */
export type Leaf = { offset: number; length: number } & (
  | { kind: 'block'; cid: CID }
  | { kind: 'inline'; bytes: Uint8Array }
)

export type Range = { offset: number; length: number }

/** 1024 links a node: five levels hold more than any disk. */
const MAX_DEPTH = 5

/** Size of the blob below a root, as its verified block tells. */
export function sizeOfRoot(root: CID, bytes: Uint8Array): number {
  return root.code === RAW ? bytes.length : fileOf(root, bytes).sizeBytes
}

/**
 * The leaves of a blob that hold some of `range`, in order. Nodes lie to no effect: a size that
 * differs from what is below it is an error, and so is a link to nothing, of which a small node could
 * hold endlessly many.
 */
export async function* leavesOf(
  root: CID,
  getBlock: GetBlock,
  range: Range = { offset: 0, length: Number.POSITIVE_INFINITY },
): AsyncGenerator<Leaf> {
  if (root.code === RAW) {
    const bytes = await getBlock(root)
    const leaf: Leaf = { kind: 'inline', offset: 0, length: bytes.length, bytes }
    if (overlaps(leaf, range)) yield leaf
    return
  }
  yield* leavesBelow({ cid: root, offset: 0, length: undefined, depth: 0 }, getBlock, range)
}

type Position = { cid: CID; offset: number; length: number | undefined; depth: number }

async function* leavesBelow(at: Position, getBlock: GetBlock, range: Range): AsyncGenerator<Leaf> {
  if (at.depth > MAX_DEPTH) throw corrupt(at.cid, 'its nodes are nested too deep')
  const { inline, links, sizeBytes } = fileOf(at.cid, await getBlock(at.cid))
  if (at.length !== undefined && at.length !== sizeBytes)
    throw corrupt(at.cid, `it holds ${sizeBytes} bytes, and the node above says ${at.length}`)
  let offset = at.offset
  if (inline.length > 0) {
    const leaf: Leaf = { kind: 'inline', offset, length: inline.length, bytes: inline }
    if (overlaps(leaf, range)) yield leaf
    offset += inline.length
  }
  for (const { cid, length } of links) {
    const position = { cid, offset, length }
    if (overlaps(position, range)) {
      if (cid.code === RAW) yield { kind: 'block', ...position }
      else yield* leavesBelow({ ...position, depth: at.depth + 1 }, getBlock, range)
    }
    offset += length
  }
}

/** Every block of a blob, depth first: nodes before what is below them. */
export async function* blocksOf(
  root: CID,
  getBlock: GetBlock,
  depth = 0,
): AsyncGenerator<{ cid: CID; bytes: Uint8Array }> {
  if (depth > MAX_DEPTH) throw corrupt(root, 'its nodes are nested too deep')
  const bytes = await getBlock(root)
  yield { cid: root, bytes }
  if (root.code === RAW) return
  for (const { cid } of fileOf(root, bytes).links) yield* blocksOf(cid, getBlock, depth + 1)
}

/** @throws {BlobCorruptError} when a leaf is not as long as the node above it says. */
export function checkLeaf(leaf: Leaf & { kind: 'block' }, bytes: Uint8Array): Uint8Array {
  if (bytes.length === leaf.length) return bytes
  throw corrupt(leaf.cid, `it holds ${bytes.length} bytes, and the node above says ${leaf.length}`)
}

/** The part of a leaf's bytes that lies in the range. */
export function cut(leaf: Leaf, bytes: Uint8Array, range: Range): Uint8Array {
  const from = Math.max(0, range.offset - leaf.offset)
  const to = Math.min(bytes.length, range.offset + range.length - leaf.offset)
  return from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to)
}

type FileNode = {
  inline: Uint8Array
  links: { cid: CID; length: number }[]
  sizeBytes: number
}

function fileOf(cid: CID, bytes: Uint8Array): FileNode {
  let node: dagPb.PBNode
  let file: UnixFS
  try {
    node = dagPb.decode(bytes)
    file = UnixFS.unmarshal(node.Data ?? new Uint8Array())
  } catch (error) {
    throw corrupt(cid, `it is no UnixFS node (${(error as Error).message})`)
  }
  if (file.type !== 'file' && file.type !== 'raw')
    throw corrupt(cid, `it is a ${file.type}, no file`)
  if (file.blockSizes.length !== node.Links.length) throw corrupt(cid, 'sizes and links differ')
  const links = node.Links.map((link, index) => ({
    cid: link.Hash,
    length: Number(file.blockSizes[index]),
  }))
  if (links.some(({ length }) => length < 1)) throw corrupt(cid, 'it links to nothing')
  const inline = file.data ?? new Uint8Array()
  return { inline, links, sizeBytes: links.reduce((sum, link) => sum + link.length, inline.length) }
}

function overlaps({ offset, length }: Range, range: Range): boolean {
  return offset < range.offset + range.length && range.offset < offset + length
}

function corrupt(cid: CID, reason: string): BlobCorruptError {
  return new BlobCorruptError({ cid: cid.toString(), reason })
}
