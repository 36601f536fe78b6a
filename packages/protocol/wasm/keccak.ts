// Keccak of files on sale, in AssemblyScript: scripts/buildKeccak.ts compiles it into
// src/fairExchange/keccakWasm.ts. A gigabyte takes 50 million permutations, ten times as long in JavaScript.
// Memory: the state at 0, key and digest behind it, a chunk at DATA, its header before it.

const KEY: usize = 256
const DATA: usize = 1024
const RATE: i32 = 136

const ROUND_CONSTANTS = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
  0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
  0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
  0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
])

/** keccak256 of `length` bytes at `from`, written to `to`. */
export function keccak(from: usize, length: i32, to: usize): void {
  memory.fill(0, 0, 200)
  while (length >= RATE) {
    for (let i = 0; i < RATE; i += 8) store<u64>(i, load<u64>(i) ^ load<u64>(from + i))
    permute()
    from += RATE
    length -= RATE
  }
  for (let i = 0; i < length; i++) store<u8>(i, load<u8>(i) ^ load<u8>(from + i))
  store<u8>(length, load<u8>(length) ^ 0x01)
  store<u8>(RATE - 1, load<u8>(RATE - 1) ^ 0x80)
  permute()
  memory.copy(to, 0, 32)
}

/** Xors the keystream of a chunk into the `length` bytes at DATA, and into up to 31 behind them. */
export function crypt(indexHigh: u32, indexLow: u32, length: i32): void {
  const index = bswap<u64>(((indexHigh as u64) << 32) | indexLow)
  for (let done = 0, word: u64 = 0; done < length; done += 32, word++) {
    memory.fill(0, 0, 200)
    memory.copy(0, KEY, 32)
    store<u64>(32, index)
    store<u64>(40, bswap<u64>(word))
    store<u8>(48, 0x01)
    store<u8>(RATE - 1, 0x80)
    permute()
    for (let i = 0; i < 32; i += 8) {
      store<u64>(DATA + done + i, load<u64>(DATA + done + i) ^ load<u64>(i))
    }
  }
}

/** Keccak-f[1600]: 24 rounds over the state. */
function permute(): void {
  let a0 = load<u64>(0)
  let a1 = load<u64>(8)
  let a2 = load<u64>(16)
  let a3 = load<u64>(24)
  let a4 = load<u64>(32)
  let a5 = load<u64>(40)
  let a6 = load<u64>(48)
  let a7 = load<u64>(56)
  let a8 = load<u64>(64)
  let a9 = load<u64>(72)
  let a10 = load<u64>(80)
  let a11 = load<u64>(88)
  let a12 = load<u64>(96)
  let a13 = load<u64>(104)
  let a14 = load<u64>(112)
  let a15 = load<u64>(120)
  let a16 = load<u64>(128)
  let a17 = load<u64>(136)
  let a18 = load<u64>(144)
  let a19 = load<u64>(152)
  let a20 = load<u64>(160)
  let a21 = load<u64>(168)
  let a22 = load<u64>(176)
  let a23 = load<u64>(184)
  let a24 = load<u64>(192)
  for (let round = 0; round < 24; round++) {
    const c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20
    const c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21
    const c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22
    const c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23
    const c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24
    const d0 = c4 ^ rotl<u64>(c1, 1)
    const d1 = c0 ^ rotl<u64>(c2, 1)
    const d2 = c1 ^ rotl<u64>(c3, 1)
    const d3 = c2 ^ rotl<u64>(c4, 1)
    const d4 = c3 ^ rotl<u64>(c0, 1)
    const b0 = a0 ^ d0
    const b10 = rotl<u64>(a1 ^ d1, 1)
    const b20 = rotl<u64>(a2 ^ d2, 62)
    const b5 = rotl<u64>(a3 ^ d3, 28)
    const b15 = rotl<u64>(a4 ^ d4, 27)
    const b16 = rotl<u64>(a5 ^ d0, 36)
    const b1 = rotl<u64>(a6 ^ d1, 44)
    const b11 = rotl<u64>(a7 ^ d2, 6)
    const b21 = rotl<u64>(a8 ^ d3, 55)
    const b6 = rotl<u64>(a9 ^ d4, 20)
    const b7 = rotl<u64>(a10 ^ d0, 3)
    const b17 = rotl<u64>(a11 ^ d1, 10)
    const b2 = rotl<u64>(a12 ^ d2, 43)
    const b12 = rotl<u64>(a13 ^ d3, 25)
    const b22 = rotl<u64>(a14 ^ d4, 39)
    const b23 = rotl<u64>(a15 ^ d0, 41)
    const b8 = rotl<u64>(a16 ^ d1, 45)
    const b18 = rotl<u64>(a17 ^ d2, 15)
    const b3 = rotl<u64>(a18 ^ d3, 21)
    const b13 = rotl<u64>(a19 ^ d4, 8)
    const b14 = rotl<u64>(a20 ^ d0, 18)
    const b24 = rotl<u64>(a21 ^ d1, 2)
    const b9 = rotl<u64>(a22 ^ d2, 61)
    const b19 = rotl<u64>(a23 ^ d3, 56)
    const b4 = rotl<u64>(a24 ^ d4, 14)
    a0 = b0 ^ (~b1 & b2)
    a1 = b1 ^ (~b2 & b3)
    a2 = b2 ^ (~b3 & b4)
    a3 = b3 ^ (~b4 & b0)
    a4 = b4 ^ (~b0 & b1)
    a5 = b5 ^ (~b6 & b7)
    a6 = b6 ^ (~b7 & b8)
    a7 = b7 ^ (~b8 & b9)
    a8 = b8 ^ (~b9 & b5)
    a9 = b9 ^ (~b5 & b6)
    a10 = b10 ^ (~b11 & b12)
    a11 = b11 ^ (~b12 & b13)
    a12 = b12 ^ (~b13 & b14)
    a13 = b13 ^ (~b14 & b10)
    a14 = b14 ^ (~b10 & b11)
    a15 = b15 ^ (~b16 & b17)
    a16 = b16 ^ (~b17 & b18)
    a17 = b17 ^ (~b18 & b19)
    a18 = b18 ^ (~b19 & b15)
    a19 = b19 ^ (~b15 & b16)
    a20 = b20 ^ (~b21 & b22)
    a21 = b21 ^ (~b22 & b23)
    a22 = b22 ^ (~b23 & b24)
    a23 = b23 ^ (~b24 & b20)
    a24 = b24 ^ (~b20 & b21)
    a0 ^= load<u64>(ROUND_CONSTANTS + (round << 3))
  }
  store<u64>(0, a0)
  store<u64>(8, a1)
  store<u64>(16, a2)
  store<u64>(24, a3)
  store<u64>(32, a4)
  store<u64>(40, a5)
  store<u64>(48, a6)
  store<u64>(56, a7)
  store<u64>(64, a8)
  store<u64>(72, a9)
  store<u64>(80, a10)
  store<u64>(88, a11)
  store<u64>(96, a12)
  store<u64>(104, a13)
  store<u64>(112, a14)
  store<u64>(120, a15)
  store<u64>(128, a16)
  store<u64>(136, a17)
  store<u64>(144, a18)
  store<u64>(152, a19)
  store<u64>(160, a20)
  store<u64>(168, a21)
  store<u64>(176, a22)
  store<u64>(184, a23)
  store<u64>(192, a24)
}
