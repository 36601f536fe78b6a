import { KECCAK_WASM } from './keccakWasm.ts'

/** A place where bytes are hashed and encrypted; keeps a copy of one chunk at a time. */
export type Keccak = {
  /** keccak256 of up to {@link MAX_BYTES} bytes. */
  hash(bytes: Uint8Array): Uint8Array
  /**
   * `bytes` xor the keystream of a chunk: word w of it is keccak256(key | index | w), index and w
   * 8 bytes each. Both ways.
   */
  crypt(bytes: Uint8Array, stream: { key: Uint8Array; index: number }): Uint8Array
}

type Exports = {
  memory: { buffer: ArrayBuffer }
  keccak(from: number, length: number, to: number): void
  crypt(indexHigh: number, indexLow: number, length: number): void
}
type Api = {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: unknown }
}

// As in wasm/keccak.ts.
const [KEY, OUT, DATA] = [256, 320, 1024]
/** What one call takes: a chunk of 16 KiB with its header, and more. */
const MAX_BYTES = 32_768

let compiled: object | undefined

/** @throws {RangeError} from its functions, for more bytes than they take. */
export function createKeccak(): Keccak {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: Api }
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(KECCAK_WASM), (c) => c.charCodeAt(0)))
  const { memory, keccak, crypt } = new WebAssembly.Instance(compiled, {}).exports as Exports
  const view = new Uint8Array(memory.buffer)
  const load = (bytes: Uint8Array): void => {
    if (bytes.length > MAX_BYTES) throw new RangeError(`${bytes.length} bytes in one piece`)
    view.set(bytes, DATA)
  }
  return {
    hash(bytes) {
      load(bytes)
      keccak(DATA, bytes.length, OUT)
      return view.slice(OUT, OUT + 32)
    },
    crypt(bytes, { key, index }) {
      load(bytes)
      view.set(key, KEY)
      crypt(Math.floor(index / 2 ** 32), index >>> 0, bytes.length)
      return view.slice(DATA, DATA + bytes.length)
    },
  }
}
