import type { DirectoryDescriptor, FileDescriptor } from './descriptors.ts'
import { WasiError } from './errno.ts'
import { checkTimeFlags } from './fileCalls.ts'
import { putFilestat } from './filestat.ts'
import { BYTE_FUEL, PATH_FUEL, type WasiCalls, type WasiHost } from './host.ts'
import { decodePath, type Place, resolvePath } from './paths.ts'
import { DIRECTORY_RIGHTS, FILE_RIGHTS, RIGHTS } from './rights.ts'
import type { FileNode, TreeNode } from './tree.ts'

const FUEL_PER_MOVED = 2000
const OFLAGS = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const

/** Calls that take a path relative to an open directory. There are no links of any kind. */
export function pathCalls(host: WasiHost): WasiCalls {
  const { memory, tree } = host
  const place = (fd: number, path: number, length: number): Place => {
    const { node } = host.descriptors.directory(fd)
    host.charge(PATH_FUEL)
    return resolvePath(node, decodePath(memory.bytes(path, length)))
  }
  const noLinks = () => {
    throw new WasiError('notsup')
  }
  return {
    path_open: (
      fd: number,
      _lookup: number,
      path: number,
      length: number,
      flags: number,
      rights: bigint,
      inheriting: bigint,
      fdflags: number,
      result: number,
    ) => {
      memory.bytes(result, 4)
      const at = place(fd, path, length)
      const wanted = { flags, rights, inheriting, fdflags }
      memory.setU32(result, openPath(host, host.descriptors.directory(fd), at, wanted))
    },
    path_create_directory: (fd: number, path: number, length: number) => {
      const { directory, name, node } = place(fd, path, length)
      if (node) throw new WasiError('exist')
      tree.createDirectory(directory, named(name))
    },
    path_filestat_get: (fd: number, _lookup: number, path: number, length: number, to: number) =>
      putFilestat(memory, to, existing(place(fd, path, length))),
    path_filestat_set_times: (
      fd: number,
      _lookup: number,
      path: number,
      length: number,
      _atim: bigint,
      _mtim: bigint,
      flags: number,
    ) => {
      existing(place(fd, path, length))
      checkTimeFlags(flags)
    },
    path_unlink_file: (fd: number, path: number, length: number) => {
      const at = place(fd, path, length)
      const node = existing(at)
      if (node.kind === 'directory') throw new WasiError('isdir')
      tree.removeFile(at.directory, named(at.name), node)
    },
    path_remove_directory: (fd: number, path: number, length: number) => {
      const at = place(fd, path, length)
      const node = existing(at)
      if (node.kind === 'file') throw new WasiError('notdir')
      tree.removeDirectory(at.directory, named(at.name), node)
    },
    path_rename: (
      fd: number,
      path: number,
      length: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ) => renamePath(host, place(fd, path, length), place(newFd, newPath, newLength)),
    path_readlink: (fd: number, path: number, length: number) => {
      existing(place(fd, path, length))
      throw new WasiError('inval')
    },
    path_link: noLinks,
    path_symlink: noLinks,
  }
}

type Wanted = { flags: number; rights: bigint; inheriting: bigint; fdflags: number }

function openPath(host: WasiHost, base: DirectoryDescriptor, place: Place, wanted: Wanted): number {
  const { flags } = wanted
  if (place.node && flags & OFLAGS.create && flags & OFLAGS.exclusive) throw new WasiError('exist')
  if (flags & OFLAGS.truncate && (base.rights & RIGHTS.pathFilestatSetSize) === 0n)
    throw new WasiError('notcapable')
  if (place.node?.kind === 'directory') return openDirectory(host, base, place.node, wanted)
  if (place.node && flags & OFLAGS.directory) throw new WasiError('notdir')
  if (place.node) return openFile(host, base, place.node, wanted)
  if (!(flags & OFLAGS.create)) throw new WasiError('noent')
  if (flags & OFLAGS.directory) throw new WasiError('inval')
  if (place.asDirectory) throw new WasiError('isdir')
  const file = host.tree.createFile(place.directory, named(place.name))
  return openFile(host, base, file, wanted)
}

function openDirectory(
  { descriptors }: WasiHost,
  base: DirectoryDescriptor,
  node: DirectoryDescriptor['node'],
  { flags, rights, inheriting }: Wanted,
): number {
  if (flags & (OFLAGS.create | OFLAGS.truncate) || rights & RIGHTS.fdWrite)
    throw new WasiError('isdir')
  return descriptors.add({
    kind: 'directory',
    node,
    preopen: undefined,
    listing: undefined,
    rights: rights & base.inheriting & DIRECTORY_RIGHTS,
    inheriting: inheriting & base.inheriting,
  })
}

function openFile(
  host: WasiHost,
  base: DirectoryDescriptor,
  node: FileNode,
  { flags, rights, inheriting, fdflags }: Wanted,
): number {
  const truncates = (flags & OFLAGS.truncate) !== 0
  if (node.readOnly && (truncates || rights & RIGHTS.fdWrite)) throw new WasiError('rofs')
  const descriptor: FileDescriptor = {
    kind: 'file',
    node,
    position: 0,
    flags: fdflags & 0x1f,
    rights: rights & base.inheriting & FILE_RIGHTS,
    inheriting: inheriting & base.inheriting,
  }
  const fd = host.descriptors.add(descriptor)
  if (truncates) {
    host.charge(node.size * BYTE_FUEL)
    host.tree.resize(node, 0)
  }
  return fd
}

function renamePath({ tree, charge }: WasiHost, from: Place, to: Place): void {
  const node = existing(from)
  if (node.kind === 'file' && to.asDirectory) throw new WasiError('notdir')
  const moved = tree.rename(
    { directory: from.directory, name: named(from.name), node },
    { directory: to.directory, name: named(to.name), node: to.node },
  )
  charge(moved * FUEL_PER_MOVED)
}

function existing({ node }: Place): TreeNode {
  if (!node) throw new WasiError('noent')
  return node
}

/** A place that ends in `.` or `..` cannot be made, removed or renamed. */
function named(name: string | undefined): string {
  if (name === undefined) throw new WasiError('inval')
  return name
}
