import { LimitReached } from './errno.ts'

/** stderr helps people and is no part of the result: the rest is dropped, not an error. */
export const MAX_STDERR_BYTES = 64 * 1024

/** What the program writes to stdout and stderr. */
export class OutputStreams {
  readonly #stdout: BoundedBytes
  readonly #stderr = new BoundedBytes(MAX_STDERR_BYTES)

  constructor(stdoutBytes: number) {
    this.#stdout = new BoundedBytes(stdoutBytes)
  }

  /** @throws {LimitReached} when stdout is full; what fits has been kept. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (stream === 'stderr') this.#stderr.append(bytes)
    else if (this.#stdout.append(bytes) < bytes.length) throw new LimitReached('stdout')
  }

  stdout(): Uint8Array {
    return this.#stdout.view()
  }

  stderr(): Uint8Array {
    return this.#stderr.view()
  }
}

class BoundedBytes {
  readonly #limit: number
  #bytes = new Uint8Array()
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Number of bytes kept. */
  append(bytes: Uint8Array): number {
    const kept = Math.min(bytes.length, this.#limit - this.#size)
    const size = this.#size + kept
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(
        Math.min(this.#limit, Math.max(size, this.#bytes.length * 2, 256)),
      )
      grown.set(this.view())
      this.#bytes = grown
    }
    this.#bytes.set(bytes.subarray(0, kept), this.#size)
    this.#size = size
    return kept
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }
}
