import type { Descriptor, DirectoryDescriptor, FileDescriptor } from './descriptors.ts'
import { WasiError } from './errno.ts'
import { putFilestat, typeOf } from './filestat.ts'
import { BYTE_FUEL, type WasiCalls, type WasiHost } from './host.ts'
import { pollOneoff } from './pollCall.ts'
import { readDirectory } from './readDirectory.ts'
import { RIGHTS } from './rights.ts'

const LARGEST_OFFSET = BigInt(Number.MAX_SAFE_INTEGER)
const APPEND = 1
const LAST_ADVICE = 5
const FDFLAGS = 0x1f

/** Calls on open files. */
export function fileCalls(host: WasiHost): WasiCalls {
  const { descriptors, memory } = host
  return {
    fd_read: (fd: number, iovs: number, count: number, result: number) =>
      read(host, { fd, iovs, count, result }),
    fd_pread: (fd: number, iovs: number, count: number, offset: bigint, result: number) =>
      read(host, { fd, iovs, count, result, offset: unsigned(offset) }),
    fd_write: (fd: number, iovs: number, count: number, result: number) =>
      write(host, { fd, iovs, count, result }),
    fd_pwrite: (fd: number, iovs: number, count: number, offset: bigint, result: number) =>
      write(host, { fd, iovs, count, result, offset: unsigned(offset) }),
    fd_seek: (fd: number, offset: bigint, whence: number, result: number) => {
      memory.setU64(result, seek(descriptors.file(fd), offset, whence))
    },
    fd_tell: (fd: number, result: number) => {
      memory.setU64(result, BigInt(descriptors.file(fd).position))
    },
    fd_close: (fd: number) => descriptors.close(fd),
    fd_renumber: (from: number, to: number) => descriptors.renumber(from, to),
    fd_sync: (fd: number) => void descriptors.get(fd),
    fd_datasync: (fd: number) => void descriptors.get(fd),
    fd_advise: (fd: number, _offset: bigint, _length: bigint, advice: number) => {
      if (descriptors.get(fd).kind === 'directory') throw new WasiError('badf')
      if (advice < 0 || advice > LAST_ADVICE) throw new WasiError('inval')
    },
    fd_allocate: (fd: number, offset: bigint, length: bigint) => {
      const file = writable(descriptors.file(fd))
      const end = toNumber(unsigned(offset) + unsigned(length))
      if (end > file.node.size) resize(host, file, end)
    },
    fd_filestat_get: (fd: number, result: number) => {
      const descriptor = descriptors.get(fd)
      putFilestat(memory, result, descriptor.kind === 'stream' ? undefined : descriptor.node)
    },
    fd_filestat_set_size: (fd: number, size: bigint) =>
      resize(host, writable(descriptors.file(fd)), toNumber(unsigned(size))),
    fd_filestat_set_times: (fd: number, _atim: bigint, _mtim: bigint, flags: number) => {
      descriptors.get(fd)
      checkTimeFlags(flags)
    },
    fd_fdstat_get: (fd: number, result: number) => putFdstat(host, descriptors.get(fd), result),
    fd_fdstat_set_flags: (fd: number, flags: number) => {
      const descriptor = descriptors.get(fd)
      if ((flags & ~FDFLAGS) !== 0) throw new WasiError('inval')
      if (descriptor.kind === 'file') descriptor.flags = flags
    },
    fd_fdstat_set_rights: (fd: number, base: bigint, inheriting: bigint) =>
      shrinkRights(descriptors.get(fd), unsigned(base), unsigned(inheriting)),
    fd_prestat_get: (fd: number, result: number) => {
      const { length } = preopenName(descriptors.get(fd))
      memory.setU32(result, 0)
      memory.setU32((result >>> 0) + 4, length)
    },
    fd_prestat_dir_name: (fd: number, buffer: number, length: number) => {
      const name = preopenName(descriptors.get(fd))
      if (length >>> 0 < name.length) throw new WasiError('nametoolong')
      memory.bytes(buffer, name.length).set(name)
    },
    fd_readdir: (fd: number, buffer: number, length: number, cookie: bigint, result: number) => {
      const target = memory.bytes(buffer, length)
      const used = readDirectory(host, descriptors.directory(fd), target, unsigned(cookie))
      memory.setU32(result, used)
    },
    poll_oneoff: (subscriptions: number, events: number, count: number, result: number) =>
      pollOneoff(host, subscriptions, events, count, result),
  }
}

/** FSTFLAGS: a time and "now" together make no sense. Times never change here. */
export function checkTimeFlags(flags: number): void {
  if ((flags & ~0xf) !== 0 || (flags & 3) === 3 || (flags & 12) === 12) throw new WasiError('inval')
}

type Transfer = { fd: number; iovs: number; count: number; result: number; offset?: bigint }

function read(host: WasiHost, { fd, iovs, count, result, offset }: Transfer): void {
  const descriptor = host.descriptors.get(fd)
  if (descriptor.kind === 'directory') throw new WasiError('isdir')
  if ((descriptor.rights & RIGHTS.fdRead) === 0n) throw new WasiError('badf')
  const targets = buffers(host, iovs, count)
  if (descriptor.kind === 'stream') {
    if (offset !== undefined) throw new WasiError('spipe')
    // Programs have no stdin: it is at its end.
    host.memory.setU32(result, 0)
    return
  }
  const { node } = descriptor
  const start = offset === undefined ? descriptor.position : toNumber(offset)
  let at = Math.min(start, node.size)
  const from = at
  for (const target of targets) {
    const part = node.bytes.subarray(at, Math.min(at + target.length, node.size))
    host.charge(part.length * BYTE_FUEL)
    target.set(part)
    at += part.length
  }
  if (offset === undefined) descriptor.position += at - from
  host.memory.setU32(result, at - from)
}

function write(host: WasiHost, { fd, iovs, count, result, offset }: Transfer): void {
  const descriptor = host.descriptors.get(fd)
  if (descriptor.kind === 'directory') throw new WasiError('isdir')
  if ((descriptor.rights & RIGHTS.fdWrite) === 0n) throw new WasiError('badf')
  if (descriptor.kind === 'stream' && offset !== undefined) throw new WasiError('spipe')
  let written = 0
  for (const source of buffers(host, iovs, count)) {
    host.charge(source.length * BYTE_FUEL)
    if (descriptor.kind === 'file') writeFile(host, descriptor, source, offset, written)
    else if (descriptor.stream !== 'stdin') host.streams.write(descriptor.stream, source)
    written += source.length
  }
  host.memory.setU32(result, written)
}

function writeFile(
  { tree }: WasiHost,
  descriptor: FileDescriptor,
  source: Uint8Array,
  offset: bigint | undefined,
  written: number,
): void {
  const { node } = descriptor
  if (offset !== undefined) {
    tree.write(node, toNumber(offset) + written, source)
    return
  }
  const at = descriptor.flags & APPEND ? node.size : descriptor.position
  tree.write(node, at, source)
  descriptor.position = at + source.length
}

const IOV_BYTES = 8
const MAX_TRANSFER = 2 ** 32 - 1
const FUEL_PER_BUFFER = 500

/** The program's buffers of a vectored call. */
function buffers({ memory, charge }: WasiHost, iovs: number, count: number): Uint8Array[] {
  const total = count >>> 0
  memory.bytes(iovs, Math.min(total * IOV_BYTES, MAX_TRANSFER))
  charge(total * FUEL_PER_BUFFER)
  const list: Uint8Array[] = []
  let bytes = 0
  for (let i = 0; i < total; i++) {
    const at = (iovs >>> 0) + i * IOV_BYTES
    const buffer = memory.bytes(memory.u32(at), memory.u32(at + 4))
    bytes += buffer.length
    if (buffer.length > 0) list.push(buffer)
  }
  if (bytes > MAX_TRANSFER) throw new WasiError('inval')
  return list
}

function seek(descriptor: FileDescriptor, offset: bigint, whence: number): bigint {
  const bases = [0, descriptor.position, descriptor.node.size]
  const base = bases[whence]
  if (base === undefined) throw new WasiError('inval')
  const position = BigInt(base) + offset
  if (position < 0n) throw new WasiError('inval')
  descriptor.position = toNumber(position)
  return position
}

function writable(descriptor: FileDescriptor): FileDescriptor {
  if ((descriptor.rights & RIGHTS.fdWrite) === 0n) throw new WasiError('badf')
  return descriptor
}

function resize(host: WasiHost, { node }: FileDescriptor, size: number): void {
  const changed = Math.abs(size - node.size)
  host.tree.resize(node, size)
  host.charge(changed * BYTE_FUEL)
}

function putFdstat({ memory }: WasiHost, descriptor: Descriptor, result: number): void {
  memory.bytes(result, 24).fill(0)
  memory.setU8(result, typeOf(descriptor.kind === 'stream' ? undefined : descriptor.node))
  if (descriptor.kind === 'file') memory.setU16((result >>> 0) + 2, descriptor.flags)
  memory.setU64((result >>> 0) + 8, descriptor.rights)
  memory.setU64((result >>> 0) + 16, descriptor.inheriting)
}

function shrinkRights(descriptor: Descriptor, base: bigint, inheriting: bigint): void {
  if ((base & ~descriptor.rights) !== 0n || (inheriting & ~descriptor.inheriting) !== 0n)
    throw new WasiError('notcapable')
  descriptor.rights = base
  descriptor.inheriting = inheriting
}

function preopenName(descriptor: Descriptor): Uint8Array {
  const name = (descriptor as Partial<DirectoryDescriptor>).preopen
  if (name === undefined) throw new WasiError('badf')
  return new TextEncoder().encode(name)
}

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value)

function toNumber(offset: bigint): number {
  if (offset > LARGEST_OFFSET) throw new WasiError('overflow')
  return Number(offset)
}
