import { WasiError } from './errno.ts'
import type { DirectoryNode, TreeNode } from './tree.ts'

const MAX_PATH_BYTES = 4096
const MAX_NAME_BYTES = 255

/** Where a path leads: the directory that holds its last name, and the node there if any. */
export type Place = {
  directory: DirectoryNode
  /** `undefined` when the path ends in `.` or `..`: such a place cannot be made or removed. */
  name: string | undefined
  node: TreeNode | undefined
  /** The path ended in a slash: only a directory will do. */
  asDirectory: boolean
}

/** @throws {WasiError} when the bytes are no path. */
export function decodePath(bytes: Uint8Array): string {
  if (bytes.length > MAX_PATH_BYTES) throw new WasiError('nametoolong')
  if (bytes.includes(0)) throw new WasiError('inval')
  try {
    return decoder.decode(bytes)
  } catch {
    throw new WasiError('ilseq')
  }
}

/**
 * Walks a path from an open directory. It cannot leave that directory: absolute paths and `..`
 * above it fail. There are no links to follow.
 *
 * @throws {WasiError}
 */
export function resolvePath(base: DirectoryNode, path: string): Place {
  if (path === '') throw new WasiError('noent')
  if (path.startsWith('/')) throw new WasiError('perm')
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  const place: Place = { directory: base, name: undefined, node: base, asDirectory: false }
  for (const name of names) step(place, name, base)
  const last = path.slice(path.lastIndexOf('/') + 1)
  if (last === '.') place.name = undefined
  place.asDirectory = last === '' || last === '.' || last === '..'
  if (place.asDirectory && place.node?.kind === 'file') throw new WasiError('notdir')
  return place
}

function step(place: Place, name: string, base: DirectoryNode): void {
  if (3 * name.length > MAX_NAME_BYTES && encoder.encode(name).length > MAX_NAME_BYTES)
    throw new WasiError('nametoolong')
  const { node } = place
  if (!node) throw new WasiError('noent')
  if (node.kind !== 'directory') throw new WasiError('notdir')
  if (name === '..') {
    if (node === base) throw new WasiError('perm')
    place.directory = node.parent
    place.name = undefined
    place.node = node.parent
    return
  }
  place.directory = node
  place.name = name
  place.node = node.entries.get(name)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
