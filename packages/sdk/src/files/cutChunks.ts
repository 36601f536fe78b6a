/**
 * The same bytes in pieces of `chunkBytes`, the last of what is left. Holds one piece at a time.
 *
 * @returns Pieces that the caller may keep: none shares memory with another.
 */
export async function* cutChunks(
  source: AsyncIterable<Uint8Array>,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  let piece = new Uint8Array(chunkBytes)
  let filled = 0
  for await (const bytes of source) {
    for (let taken = 0; taken < bytes.length; ) {
      const part = bytes.subarray(taken, taken + chunkBytes - filled)
      piece.set(part, filled)
      taken += part.length
      filled += part.length
      if (filled < chunkBytes) continue
      yield piece
      piece = new Uint8Array(chunkBytes)
      filled = 0
    }
  }
  if (filled > 0) yield piece.slice(0, filled)
}
