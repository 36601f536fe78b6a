import { createWasi } from '../wasi/wasi.ts'
import { type WasmMemory, WebAssembly } from '../webAssembly.ts'

export const RIGHTS_READ = 1n << 1n
export const RIGHTS_WRITE = 1n << 6n
export const READ_WRITE = RIGHTS_READ | RIGHTS_WRITE
export const OFLAGS = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const
/** Descriptor of the preopened root. */
export const ROOT = 3
/** Where calls put their results, and where text and data go. */
const RESULT = 16
const TEXT = 1024
const DATA = 8192

export type WasiBenchOptions = {
  args?: readonly string[]
  seed?: Uint8Array
  inputs?: Record<string, string>
  diskBytes?: number
  files?: number
  stdoutBytes?: number
}

/** A WASI without a program: calls are made by hand on a memory of one page. */
export function wasiBench(options: WasiBenchOptions = {}) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 })
  let charged = 0
  const wasi = createWasi({
    args: options.args ?? ['program'],
    seed: options.seed ?? new Uint8Array(32),
    inputs: Object.entries(options.inputs ?? {}).map(([path, text]) => ({
      path,
      bytes: new TextEncoder().encode(text),
    })),
    limits: {
      diskBytes: options.diskBytes ?? 1 << 20,
      files: options.files ?? 100,
      stdoutBytes: options.stdoutBytes ?? 1000,
    },
    memory,
    charge: (units) => {
      charged += units
    },
  })
  const call: Call = (name, ...args) => wasi.imports[name]?.(...args) ?? -1
  const tools = memoryTools(memory)
  return {
    ...{ wasi, memory, call, result: RESULT, fuel: () => charged },
    ...tools,
    ...fileCalls(call, tools),
    ...pathCalls(call, tools),
  }
}

type Call = (name: string, ...args: (number | bigint)[]) => number
type Tools = ReturnType<typeof memoryTools>

function memoryTools(memory: WasmMemory) {
  const view = () => new DataView(memory.buffer)
  const bytes = (at: number, length: number) => new Uint8Array(memory.buffer, at, length)
  const put = (at: number, text: string | Uint8Array): [number, number] => {
    const data = typeof text === 'string' ? new TextEncoder().encode(text) : text
    bytes(at, data.length).set(data)
    return [at, data.length]
  }
  return {
    view,
    bytes,
    put,
    path: (text: string | Uint8Array) => put(TEXT, text),
    u32: (at = RESULT) => view().getUint32(at, true),
    u64: (at = RESULT) => view().getBigUint64(at, true),
    /** One buffer of a vectored call, in memory. */
    iov: (at: number, length: number): [number, number] => {
      view().setUint32(0, at, true)
      view().setUint32(4, length, true)
      return [0, 1]
    },
  }
}

function fileCalls(call: Call, { put, iov, bytes, u32, view }: Tools) {
  const taken = (errno: number) =>
    errno === 0 ? new TextDecoder().decode(bytes(DATA, u32())) : errno
  return {
    write: (fd: number, data: string | Uint8Array) =>
      call('fd_write', fd, ...iov(...put(DATA, data)), RESULT),
    pwrite: (fd: number, data: string, offset: bigint) =>
      call('fd_pwrite', fd, ...iov(...put(DATA, data)), offset, RESULT),
    /** Text read, or the errno. */
    read: (fd: number, length: number) => taken(call('fd_read', fd, ...iov(DATA, length), RESULT)),
    pread: (fd: number, length: number, offset: bigint) =>
      taken(call('fd_pread', fd, ...iov(DATA, length), offset, RESULT)),
    seek: (fd: number, offset: bigint, whence: number) =>
      call('fd_seek', fd, offset, whence, RESULT),
    /** Size and type of an open file. */
    stat: (fd: number) => {
      const errno = call('fd_filestat_get', fd, DATA)
      return { errno, type: view().getUint8(DATA + 16), size: view().getBigUint64(DATA + 32, true) }
    },
  }
}

function pathCalls(call: Call, { put, bytes, u32, view }: Tools) {
  /** Errno and descriptor of `path_open`. */
  const open = (
    path: string,
    { oflags = 0, rights = RIGHTS_READ, inheriting = 0n, fdflags = 0, at = ROOT } = {},
  ) => {
    const text = put(TEXT, path)
    const errno = call('path_open', at, 0, ...text, oflags, rights, inheriting, fdflags, RESULT)
    return { errno, fd: u32() }
  }
  return {
    open,
    /** Opens for reading and writing, made when needed. */
    create: (path: string, at = ROOT) =>
      open(path, { oflags: OFLAGS.create, rights: READ_WRITE, at }).fd,
    mkdir: (path: string) => call('path_create_directory', ROOT, ...put(TEXT, path)),
    unlink: (path: string) => call('path_unlink_file', ROOT, ...put(TEXT, path)),
    rmdir: (path: string) => call('path_remove_directory', ROOT, ...put(TEXT, path)),
    rename: (from: string, to: string) =>
      call('path_rename', ROOT, ...put(TEXT, from), ROOT, ...put(TEXT + 4096, to)),
    /** Names that `fd_readdir` gives, read with a small buffer as wasi-libc does. */
    list: (fd: number, bufferBytes = 64) => {
      const names: string[] = []
      let cookie = 0n
      let used = bufferBytes
      while (used === bufferBytes) {
        call('fd_readdir', fd, DATA, bufferBytes, cookie, RESULT)
        used = u32()
        for (const entry of wholeEntries(DATA, DATA + used)) {
          names.push(entry.name)
          cookie = entry.next
        }
      }
      return names
    },
  }

  function* wholeEntries(from: number, to: number): Generator<{ name: string; next: bigint }> {
    for (let at = from; at + 24 <= to; ) {
      const length = view().getUint32(at + 16, true)
      if (at + 24 + length > to) return
      const name = new TextDecoder().decode(bytes(at + 24, length))
      yield { name, next: view().getBigUint64(at, true) }
      at += 24 + length
    }
  }
}
