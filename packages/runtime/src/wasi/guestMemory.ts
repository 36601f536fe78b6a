import type { WasmMemory } from '../webAssembly.ts'
import { WasiError } from './errno.ts'

/**
 * The program's memory. Every access is bounds-checked and fails with `EFAULT`; pointers arrive as
 * signed 32-bit numbers and are read as unsigned.
 */
export class GuestMemory {
  readonly #memory: WasmMemory
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView

  constructor(memory: WasmMemory) {
    this.#memory = memory
    this.#bytes = new Uint8Array(memory.buffer)
    this.#view = new DataView(memory.buffer)
  }

  /** Must run before each call: growth replaces the buffer. */
  refresh(): void {
    if (this.#bytes.buffer === this.#memory.buffer) return
    this.#bytes = new Uint8Array(this.#memory.buffer)
    this.#view = new DataView(this.#memory.buffer)
  }

  /** The bytes themselves, not a copy. */
  bytes(pointer: number, length: number): Uint8Array<ArrayBuffer> {
    const [at, size] = [pointer >>> 0, length >>> 0]
    if (at + size > this.#bytes.length) throw new WasiError('fault')
    return this.#bytes.subarray(at, at + size)
  }

  u8(pointer: number): number {
    return this.#view.getUint8(this.#check(pointer, 1))
  }

  u16(pointer: number): number {
    return this.#view.getUint16(this.#check(pointer, 2), true)
  }

  u32(pointer: number): number {
    return this.#view.getUint32(this.#check(pointer, 4), true)
  }

  u64(pointer: number): bigint {
    return this.#view.getBigUint64(this.#check(pointer, 8), true)
  }

  setU8(pointer: number, value: number): void {
    this.#view.setUint8(this.#check(pointer, 1), value)
  }

  setU16(pointer: number, value: number): void {
    this.#view.setUint16(this.#check(pointer, 2), value, true)
  }

  setU32(pointer: number, value: number): void {
    this.#view.setUint32(this.#check(pointer, 4), value, true)
  }

  setU64(pointer: number, value: bigint): void {
    this.#view.setBigUint64(this.#check(pointer, 8), value, true)
  }

  #check(pointer: number, length: number): number {
    const at = pointer >>> 0
    if (at + length > this.#bytes.length) throw new WasiError('fault')
    return at
  }
}
