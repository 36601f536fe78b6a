import { LimitReached, WasiError } from './errno.ts'
import { isCollectable } from './outputPath.ts'

/** A plain file held in memory. */
export class FileNode {
  readonly kind = 'file'
  readonly inode: number
  readonly readOnly: boolean
  /** Capacity; only the first `size` bytes are content. */
  bytes: Uint8Array
  size: number
  /** Descriptors that have it open. */
  opens = 0
  linked = true

  constructor(inode: number, bytes: Uint8Array, readOnly: boolean) {
    this.inode = inode
    this.bytes = bytes
    this.size = bytes.length
    this.readOnly = readOnly
  }
}

export class DirectoryNode {
  readonly kind = 'directory'
  readonly inode: number
  readonly readOnly: boolean
  /** Its name in the parent. */
  name: string
  readonly entries = new Map<string, TreeNode>()
  parent: DirectoryNode

  constructor(inode: number, name: string, readOnly: boolean, parent?: DirectoryNode) {
    this.inode = inode
    this.name = name
    this.readOnly = readOnly
    this.parent = parent ?? this
  }
}

export type TreeNode = FileNode | DirectoryNode

/** Directories below the root; bounds every walk up or down the tree. */
const MAX_LEVELS = 100
const EMPTY = new Uint8Array()

export type TreeLimits = {
  /** Bytes of all files that the program made, removed ones too while they are open. */
  diskBytes: number
  /** Files and directories that the program made. */
  files: number
}

/**
 * The whole file system of one run: a tree of objects. No name or path of a program ever reaches
 * the host. `/in` is read-only, `/out` is the result, `/tmp` is thrown away.
 *
 * Going over a limit ends the run rather than the call: few programs look at write errors, and a
 * truncated output must not pass as a result.
 */
export class FileTree {
  readonly root: DirectoryNode
  readonly #output: DirectoryNode
  readonly #limits: TreeLimits
  #inodes = 0
  #bytesUsed = 0
  #nodesUsed = 0

  /** @param inputs - Files below /in by their path, in any order. */
  constructor(inputs: readonly { path: string; bytes: Uint8Array }[], limits: TreeLimits) {
    this.#limits = limits
    this.root = new DirectoryNode(this.#nextInode(), '', true)
    const input = this.#addDirectory(this.root, 'in', true)
    this.#output = this.#addDirectory(this.root, 'out', false)
    this.#addDirectory(this.root, 'tmp', false)
    for (const { path, bytes } of [...inputs].sort((a, b) => (a.path < b.path ? -1 : 1)))
      this.#addInput(input, path, bytes)
  }

  createFile(directory: DirectoryNode, name: string): FileNode {
    this.#checkNew(directory, name)
    const file = new FileNode(this.#nextInode(), EMPTY, false)
    directory.entries.set(name, file)
    return file
  }

  createDirectory(directory: DirectoryNode, name: string): DirectoryNode {
    this.#checkNew(directory, name)
    return this.#addDirectory(directory, name, false)
  }

  removeFile(directory: DirectoryNode, name: string, file: FileNode): void {
    if (directory.readOnly) throw new WasiError('rofs')
    directory.entries.delete(name)
    file.linked = false
    this.#reclaim(file)
  }

  removeDirectory(directory: DirectoryNode, name: string, child: DirectoryNode): void {
    if (directory.readOnly || child.readOnly) throw new WasiError('rofs')
    if (child.entries.size > 0) throw new WasiError('notempty')
    directory.entries.delete(name)
    this.#nodesUsed--
  }

  /**
   * Moves a node; an existing target of the same kind is replaced, as POSIX `rename` does.
   *
   * @returns How many nodes were looked at: all that move.
   */
  rename(
    from: { directory: DirectoryNode; name: string; node: TreeNode },
    to: { directory: DirectoryNode; name: string; node: TreeNode | undefined },
  ): number {
    if (from.directory.readOnly || to.directory.readOnly) throw new WasiError('rofs')
    if (from.node === to.node) return 1
    if (from.node.kind === 'directory' && isInside(to.directory, from.node))
      throw new WasiError('inval')
    const moved = this.#checkPlace(from.node, this.#placeOf(to.directory, to.name))
    if (to.node) this.#replace(from.node, to.directory, to.name, to.node)
    from.directory.entries.delete(from.name)
    to.directory.entries.set(to.name, from.node)
    if (from.node.kind === 'directory') {
      from.node.parent = to.directory
      from.node.name = to.name
    }
    return moved
  }

  open(file: FileNode): void {
    file.opens++
  }

  close(file: FileNode): void {
    file.opens--
    this.#reclaim(file)
  }

  write(file: FileNode, position: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const end = position + bytes.length
    if (end > file.size) this.resize(file, end)
    file.bytes.set(bytes, position)
  }

  /** Cuts a file or fills it up with zeros. */
  resize(file: FileNode, size: number): void {
    this.#use(size - file.size)
    if (size > file.bytes.length) this.#grow(file, size)
    // Bytes beyond the size must be zero when it grows again.
    else if (size < file.size) file.bytes.fill(0, size, file.size)
    file.size = size
    if (size === 0) file.bytes = EMPTY
  }

  /** Plain files below /out; paths relative to it. */
  outputs(): { path: string; bytes: Uint8Array }[] {
    const found: { path: string; bytes: Uint8Array }[] = []
    const walk = (directory: DirectoryNode, prefix: string): void => {
      for (const [name, node] of directory.entries) {
        if (node.kind === 'directory') walk(node, `${prefix}${name}/`)
        else found.push({ path: prefix + name, bytes: node.bytes.subarray(0, node.size) })
      }
    }
    walk(this.#output, '')
    return found
  }

  #grow(file: FileNode, size: number): void {
    const room = this.#limits.diskBytes - this.#bytesUsed
    const capacity = Math.max(size, Math.min(file.bytes.length * 2, size + room), 64)
    const grown = new Uint8Array(capacity)
    grown.set(file.bytes.subarray(0, file.size))
    file.bytes = grown
  }

  #use(bytes: number): void {
    if (this.#bytesUsed + bytes > this.#limits.diskBytes) throw new LimitReached('disk')
    this.#bytesUsed += bytes
  }

  #reclaim(file: FileNode): void {
    if (file.linked || file.opens > 0 || file.readOnly) return
    this.#bytesUsed -= file.size
    this.#nodesUsed--
    file.bytes = EMPTY
  }

  #replace(source: TreeNode, directory: DirectoryNode, name: string, target: TreeNode): void {
    if (target.kind === 'directory') {
      if (source.kind !== 'directory') throw new WasiError('isdir')
      this.removeDirectory(directory, name, target)
      return
    }
    if (source.kind === 'directory') throw new WasiError('notdir')
    this.removeFile(directory, name, target)
  }

  #checkNew(directory: DirectoryNode, name: string): void {
    if (directory.readOnly) throw new WasiError('rofs')
    checkName(this.#placeOf(directory, name))
    if (this.#nodesUsed >= this.#limits.files) throw new LimitReached('disk')
    this.#nodesUsed++
  }

  #placeOf(directory: DirectoryNode, name: string): Place {
    let path = name
    let level = 1
    for (let at = directory; at !== this.root; at = at.parent) {
      if (at === this.#output) return { level, path }
      path = `${at.name}/${path}`
      level++
    }
    return { level, path: undefined }
  }

  /** Checks the places that a node and all below it would have; gives their number. */
  #checkPlace(node: TreeNode, place: Place): number {
    checkName(place)
    if (node.kind === 'file') return 1
    let count = 1
    for (const [name, child] of node.entries) {
      const path = place.path === undefined ? undefined : `${place.path}/${name}`
      count += this.#checkPlace(child, { level: place.level + 1, path })
    }
    return count
  }

  #addInput(input: DirectoryNode, path: string, bytes: Uint8Array): void {
    const names = path.split('/')
    const last = names.pop() as string
    let directory = input
    for (const name of names) {
      const next = directory.entries.get(name) ?? this.#addDirectory(directory, name, true)
      if (next.kind === 'file') throw new RangeError(`input ${path} lies inside another input`)
      directory = next
    }
    if (directory.entries.has(last)) throw new RangeError(`input ${path} is given twice`)
    directory.entries.set(last, new FileNode(this.#nextInode(), bytes, true))
  }

  #addDirectory(parent: DirectoryNode, name: string, readOnly: boolean): DirectoryNode {
    const directory = new DirectoryNode(this.#nextInode(), name, readOnly, parent)
    parent.entries.set(name, directory)
    return directory
  }

  #nextInode(): number {
    this.#inodes++
    return this.#inodes
  }
}

/** Where a node is or would be: its level, and its path relative to /out if it lies there. */
type Place = { level: number; path: string | undefined }

function checkName({ level, path }: Place): void {
  if (level > MAX_LEVELS || (path !== undefined && !isCollectable(path)))
    throw new WasiError('nametoolong')
}

function isInside(directory: DirectoryNode, ancestor: DirectoryNode): boolean {
  for (let at = directory; ; at = at.parent) {
    if (at === ancestor) return true
    if (at === at.parent) return false
  }
}
