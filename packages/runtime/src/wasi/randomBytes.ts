import { type Cipheriv, createCipheriv, createHash } from 'node:crypto'

const AHEAD = 4096

/**
 * The program's randomness: the AES-256-CTR key stream of sha256("wasi-rng" | seed), read on and on.
 * How it is cut into calls does not change it.
 */
export function createRandomBytes(seed: Uint8Array): (target: Uint8Array) => void {
  let cipher: Cipheriv | undefined
  let ahead = new Uint8Array()
  const refill = (): void => {
    cipher ??= createCipheriv(
      'aes-256-ctr',
      createHash('sha256').update('wasi-rng').update(seed).digest(),
      new Uint8Array(16),
    )
    ahead = new Uint8Array(cipher.update(new Uint8Array(AHEAD)))
  }
  return (target) => {
    for (let at = 0; at < target.length; ) {
      if (ahead.length === 0) refill()
      const part = ahead.subarray(0, target.length - at)
      target.set(part, at)
      at += part.length
      ahead = ahead.subarray(part.length)
    }
  }
}
