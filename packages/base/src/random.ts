import type { Hex, Hex32 } from './ids.ts'

/** Randomness as a dependency. */
export type Random = {
  bytes(length: number): Uint8Array
  /** In [0, 1). */
  float(): number
}

export const systemRandom: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  float: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
}

/** Reproducible randomness for simulations and tests (mulberry32); never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)),
    float: next,
  }
}

/** 32 random bytes as hex. */
export function randomHex32(random: Random): Hex32 {
  return bytesToHex(random.bytes(32)) as Hex32
}

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex of bytes. */
export function bytesToHex(bytes: Uint8Array): Hex {
  let hex: Hex = '0x'
  for (const byte of bytes) hex += HEX_OF_BYTE[byte]
  return hex
}

/** Bytes of a hex string; an odd or foreign digit is a bug of the caller. */
export function hexToBytes(hex: Hex): Uint8Array {
  if (hex.length % 2 !== 0 || !/^0x[0-9a-fA-F]*$/.test(hex))
    throw new RangeError(`not hex: ${hex.slice(0, 80)}`)
  const bytes = new Uint8Array(hex.length / 2 - 1)
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(hex.slice(2 + 2 * i, 4 + 2 * i), 16)
  return bytes
}
