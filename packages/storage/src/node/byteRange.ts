/** First and last byte of an answer, both included. */
export type ByteRange = { first: number; last: number }

/**
 * What a `Range` header asks of a body of `sizeBytes`. Several ranges at once, and what is no range
 * of bytes, are answered with the whole body, as HTTP allows.
 */
export function parseByteRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return 'whole'
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return 'whole'
  const range =
    from === ''
      ? { first: Math.max(0, sizeBytes - Number(to)), last: sizeBytes - 1 }
      : {
          first: Number(from),
          last: to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1),
        }
  if (from !== '' && to !== '' && Number(to) < Number(from)) return 'whole'
  return range.first <= range.last ? range : 'unsatisfiable'
}
