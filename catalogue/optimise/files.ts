// Files by plain WASI calls: the shim of AssemblyScript has none. The first preopened directory, 3, is /.
import { fd_close, fd_read, fd_write, oflags, path_open, rights } from '@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1'

const ROOT = 3
const slot = memory.data(16, 8)

function open(path: string, flags: oflags, right: rights): i32 {
  const name = String.UTF8.encode(path.slice(1))
  const at = changetype<usize>(name)
  const error = path_open(ROOT, 0, at, name.byteLength, flags, right, 0, 0, slot)
  return error ? -1 : load<i32>(slot)
}

/** The text of a file, or null where there is none. */
export function readFile(path: string): string | null {
  const fd = open(path, 0, rights.FD_READ)
  if (fd < 0) return null
  const buffer = new ArrayBuffer(65536)
  let text = ''
  for (;;) {
    store<usize>(slot, changetype<usize>(buffer))
    store<usize>(slot + 4, buffer.byteLength)
    if (fd_read(fd, slot, 1, slot + 8)) break
    const size = load<usize>(slot + 8)
    if (size == 0) break
    text += String.UTF8.decodeUnsafe(changetype<usize>(buffer), size)
  }
  fd_close(fd)
  return text
}

/** Makes or replaces a file; false where it could not. */
export function writeFile(path: string, text: string): bool {
  const fd = open(path, oflags.CREAT | oflags.TRUNC, rights.FD_WRITE)
  if (fd < 0) return false
  const bytes = String.UTF8.encode(text)
  let done: usize = 0
  while (done < <usize>bytes.byteLength) {
    store<usize>(slot, changetype<usize>(bytes) + done)
    store<usize>(slot + 4, <usize>bytes.byteLength - done)
    if (fd_write(fd, slot, 1, slot + 8)) return false
    done += load<usize>(slot + 8)
  }
  return fd_close(fd) == 0
}
