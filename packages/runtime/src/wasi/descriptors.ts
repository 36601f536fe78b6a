import { WasiError } from './errno.ts'
import { ALL_RIGHTS, DIRECTORY_RIGHTS, RIGHTS } from './rights.ts'
import type { DirectoryNode, FileNode, FileTree, TreeNode } from './tree.ts'

type Held = { rights: bigint; inheriting: bigint }
export type StreamDescriptor = Held & { kind: 'stream'; stream: 'stdin' | 'stdout' | 'stderr' }
export type FileDescriptor = Held & {
  kind: 'file'
  node: FileNode
  position: number
  /** WASI fdflags; only APPEND (1) has an effect. */
  flags: number
}
export type DirectoryDescriptor = Held & {
  kind: 'directory'
  node: DirectoryNode
  /** Name of a directory that the program finds open. */
  preopen: string | undefined
  /** Entries as they were when reading began; cookies are indices into it. */
  listing: readonly { name: string; node: TreeNode }[] | undefined
}
export type Descriptor = StreamDescriptor | FileDescriptor | DirectoryDescriptor

/** Part of the rules, the same on every machine. */
export const MAX_DESCRIPTORS = 256

/** The table of open files: 0 to 2 are the streams, 3 is `/`. */
export class Descriptors {
  readonly #tree: FileTree
  readonly #entries: (Descriptor | undefined)[]

  constructor(tree: FileTree) {
    this.#tree = tree
    this.#entries = [
      { kind: 'stream', stream: 'stdin', rights: RIGHTS.fdRead, inheriting: 0n },
      { kind: 'stream', stream: 'stdout', rights: RIGHTS.fdWrite, inheriting: 0n },
      { kind: 'stream', stream: 'stderr', rights: RIGHTS.fdWrite, inheriting: 0n },
      {
        kind: 'directory',
        node: tree.root,
        preopen: '/',
        listing: undefined,
        rights: DIRECTORY_RIGHTS,
        inheriting: ALL_RIGHTS,
      },
    ]
  }

  get(fd: number): Descriptor {
    const descriptor = this.#entries[fd >>> 0]
    if (!descriptor) throw new WasiError('badf')
    return descriptor
  }

  directory(fd: number): DirectoryDescriptor {
    const descriptor = this.get(fd)
    if (descriptor.kind !== 'directory') throw new WasiError('notdir')
    return descriptor
  }

  file(fd: number): FileDescriptor {
    const descriptor = this.get(fd)
    if (descriptor.kind === 'directory') throw new WasiError('isdir')
    if (descriptor.kind === 'stream') throw new WasiError('spipe')
    return descriptor
  }

  /** Opens under the lowest free number above the streams. */
  add(descriptor: FileDescriptor | DirectoryDescriptor): number {
    for (let fd = 3; fd < MAX_DESCRIPTORS; fd++) {
      if (this.#entries[fd]) continue
      this.#entries[fd] = descriptor
      if (descriptor.kind === 'file') this.#tree.open(descriptor.node)
      return fd
    }
    throw new WasiError('mfile')
  }

  close(fd: number): void {
    const descriptor = this.get(fd)
    this.#entries[fd >>> 0] = undefined
    if (descriptor.kind === 'file') this.#tree.close(descriptor.node)
  }

  /** Moves `from` to `to`, closing what was there. */
  renumber(from: number, to: number): void {
    const descriptor = this.get(from)
    this.get(to)
    if (from === to) return
    this.close(to)
    this.#entries[from >>> 0] = undefined
    this.#entries[to >>> 0] = descriptor
  }
}
