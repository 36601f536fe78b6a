// Bytes for tests.

/** Bytes that do not repeat from leaf to leaf. */
export function patternOf(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4))
  for (let at = 0; at < words.length; at++) words[at] = Math.imul(at + 1, 2654435761)
  return new Uint8Array(words.buffer, 0, length)
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

/** A stream of pieces that fit no block. */
export async function* inPieces(bytes: Uint8Array, size = 100_003): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
