const MAX_NAME = 100
const MAX_PREFIX = 155

/**
 * True when a file at this path relative to /out fits the canonical archive of a result: below
 * `out/`, at most 100 bytes, or up to 155 and 100 bytes on both sides of a slash; no backslash.
 *
 * @see packages/protocol/src/archive.ts packArchive
 */
export function isCollectable(path: string): boolean {
  if (path.includes('\\')) return false
  const bytes = new TextEncoder().encode(`out/${path}`)
  if (bytes.length <= MAX_NAME) return true
  if (bytes.length > MAX_PREFIX + 1 + MAX_NAME) return false
  const slash = bytes.lastIndexOf(0x2f, MAX_PREFIX)
  return slash > 0 && bytes.length - slash - 1 <= MAX_NAME
}
