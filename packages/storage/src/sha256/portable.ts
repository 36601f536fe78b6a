import { sha256 as digest } from '@noble/hashes/sha2.js'

/** SHA-256 where the machine's own is out of reach: browsers offer it only with a promise. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return digest(bytes)
}
