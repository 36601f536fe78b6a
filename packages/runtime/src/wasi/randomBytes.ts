import { createCipheriv, createHash } from 'node:crypto'

const CHUNK = 65_536

/** The program's randomness: AES-256-CTR over zeros, key = sha256("wasi-rng" | seed). */
export function createRandomBytes(seed: Uint8Array): (target: Uint8Array) => void {
  let cipher: ReturnType<typeof createCipheriv> | undefined
  return (target) => {
    cipher ??= createCipheriv(
      'aes-256-ctr',
      createHash('sha256').update('wasi-rng').update(seed).digest(),
      new Uint8Array(16),
    )
    for (let at = 0; at < target.length; at += CHUNK)
      target.set(cipher.update(new Uint8Array(Math.min(CHUNK, target.length - at))), at)
  }
}
