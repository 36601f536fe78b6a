import { InvalidInputError } from '@millrace/base'
import { sortByPath } from './digest.ts'

/** A file of an archive; path with `/` between names, never absolute, never `..`. */
export type ArchiveFile = { path: string; bytes: Uint8Array }

const BLOCK = 512

/**
 * Canonical ustar of plain files, sorted by the UTF-8 bytes of their paths: mode 0644, no owner, no
 * times. Equal files give equal bytes. A result is published as one: `stdout`, `stderr`, `out/...`.
 *
 * @throws {InvalidInputError} when a path is too long for ustar (100, or 155 + 100 bytes at a `/`).
 */
export function packArchive(files: readonly ArchiveFile[]): Uint8Array {
  const sorted = sortByPath(files)
  const size = sorted.reduce((sum, { bytes }) => sum + BLOCK + padded(bytes.length), 2 * BLOCK)
  const archive = new Uint8Array(size)
  let at = 0
  for (const { path, bytes } of sorted) {
    archive.set(header(path, bytes.length), at)
    archive.set(bytes, at + BLOCK)
    at += BLOCK + padded(bytes.length)
  }
  return archive
}

/**
 * Files of an archive. Whatever is not canonical (links, devices, paths that leave, a bad checksum,
 * rubbish at the end) is refused: archives come from strangers.
 *
 * @throws {InvalidInputError}
 */
export function readArchive(archive: Uint8Array): ArchiveFile[] {
  const files: ArchiveFile[] = []
  let at = 0
  while (at + BLOCK <= archive.length && archive[at] !== 0) {
    const { path, size } = readHeader(archive.subarray(at, at + BLOCK))
    const end = at + BLOCK + size
    if (end > archive.length) throw bad(path, 'a size inside the archive')
    files.push({ path, bytes: archive.subarray(at + BLOCK, end) })
    at += BLOCK + padded(size)
    if (!isZero(archive, end, at)) throw bad(path, 'zeros after the file')
  }
  if (at + 2 * BLOCK !== archive.length || !isZero(archive, at, archive.length)) {
    throw bad(`${archive.length} bytes`, 'two closing blocks right after the last file')
  }
  const sorted = sortByPath(files)
  for (const [i, { path }] of files.entries()) {
    if (sorted[i]?.path !== path || files[i + 1]?.path === path)
      throw bad(path, 'paths in ascending order, each once')
  }
  return files
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false
  return true
}

function header(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const { name, prefix } = splitPath(path)
  const put = (text: string, offset: number) => block.set(new TextEncoder().encode(text), offset)
  put(name, 0)
  put('0000644\0', 100)
  put('0000000\0', 108)
  put('0000000\0', 116)
  put(`${size.toString(8).padStart(11, '0')}\0`, 124)
  put('00000000000\0', 136)
  put('        ', 148)
  put('0', 156)
  put('ustar\0', 257)
  put('00', 263)
  put(prefix, 345)
  put(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

function readHeader(block: Uint8Array): { path: string; size: number } {
  const text = (from: number, length: number): string => {
    const field = block.subarray(from, from + length)
    const end = field.indexOf(0)
    return new TextDecoder('utf-8', { fatal: true }).decode(
      end < 0 ? field : field.subarray(0, end),
    )
  }
  const prefix = text(345, 155)
  const path = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`
  if (!isInnerPath(path)) throw bad(path, 'a relative path without . or ..')
  const sizeText = text(124, 12)
  if (!/^[0-7]{11}$/.test(sizeText)) throw bad(sizeText, 'a size of eleven octal digits')
  const size = Number.parseInt(sizeText, 8)
  // One canonical form per file: a header that we would not have written is refused.
  if (!header(path, size).every((byte, i) => byte === block[i]))
    throw bad(path, 'a canonical ustar header of a plain file')
  return { path, size }
}

/** True for `a/b`: relative, no empty name, no `.` or `..`, no NUL or backslash. */
export function isInnerPath(path: string): boolean {
  return (
    path !== '' &&
    !/[\0\\]/.test(path) &&
    path.split('/').every((name) => name !== '' && name !== '.' && name !== '..')
  )
}

function splitPath(path: string): { name: string; prefix: string } {
  const length = (text: string): number => new TextEncoder().encode(text).length
  if (length(path) <= 100) return { name: path, prefix: '' }
  // The longest prefix that fits keeps the split unique.
  for (let i = path.lastIndexOf('/'); i > 0; i = path.lastIndexOf('/', i - 1)) {
    const [prefix, name] = [path.slice(0, i), path.slice(i + 1)]
    if (length(name) > 100) break
    if (length(prefix) <= 155) return { name, prefix }
  }
  throw bad(path, 'at most 100 bytes, or 155 and 100 on both sides of a slash')
}

/** The sum of a header's bytes, its own field counted as spaces; loops, it runs for every file. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 32
  for (let i = 0; i < 148; i++) sum += block[i] as number
  for (let i = 156; i < block.length; i++) sum += block[i] as number
  return sum
}

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK
const bad = (value: string, expected: string) =>
  new InvalidInputError({ field: 'archive', value, expected })
