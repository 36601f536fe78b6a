import { malformed } from './refusal.ts'

/** Reads a WebAssembly binary front to back; never past `end`. */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly end: number
  at: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get done(): boolean {
    return this.at >= this.end
  }

  u8(): number {
    if (this.at >= this.end) throw malformed('the module ends in the middle of a section')
    return this.bytes[this.at++] as number
  }

  peek(): number {
    if (this.at >= this.end) throw malformed('the module ends in the middle of a section')
    return this.bytes[this.at] as number
  }

  u32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw malformed('a number is longer than 32 bits')
  }

  /** A signed 33-bit number: the index form of a block type. */
  s33(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return byte & 0x40 ? value - 2 ** (shift + 7) : value
    }
    throw malformed('a block type is longer than 33 bits')
  }

  /** Skips one LEB128 number of up to 64 bits. */
  skipLeb(): void {
    for (let i = 0; i < 10; i++) if (this.u8() < 0x80) return
    throw malformed('a number is longer than 64 bits')
  }

  skip(length: number): void {
    if (this.at + length > this.end) throw malformed('the module ends in the middle of a section')
    this.at += length
  }

  take(length: number): Uint8Array {
    const from = this.at
    this.skip(length)
    return this.bytes.subarray(from, this.at)
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.u32()))
  }
}

/** Grows as it is written. */
export class ByteWriter {
  #bytes: Uint8Array
  length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
  }

  u8(value: number): this {
    this.#reserve(1)
    this.#bytes[this.length++] = value
    return this
  }

  put(bytes: Uint8Array | readonly number[]): this {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
    return this
  }

  u32(value: number): this {
    let rest = value
    do {
      const low = rest % 128
      rest = Math.floor(rest / 128)
      this.u8(rest === 0 ? low : low | 0x80)
    } while (rest !== 0)
    return this
  }

  /** Signed LEB128, the form of `i32.const` and `i64.const`. */
  signed(value: bigint): this {
    let rest = value
    for (;;) {
      const low = Number(rest & 0x7fn)
      rest >>= 7n
      const last = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)
      this.u8(last ? low : low | 0x80)
      if (last) return this
    }
  }

  name(text: string): this {
    const bytes = new TextEncoder().encode(text)
    return this.u32(bytes.length).put(bytes)
  }

  /** What was written; a view, valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  #reserve(extra: number): void {
    const needed = this.length + extra
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.view())
    this.#bytes = grown
  }
}
