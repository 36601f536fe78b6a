import type { Hex, Hex32 } from '@millrace/base'
import { keccak256 } from 'viem'

/** keccak256 of hex strings joined, each with or without its `0x`. */
export function keccakOf(...parts: readonly string[]): Hex32 {
  let digits = ''
  for (const part of parts) digits += part.startsWith('0x') ? part.slice(2) : part
  return nativeKeccak?.(digits) ?? (keccak256(`0x${digits}`) as Hex32)
}

/** 32-byte big-endian word of a number or of a shorter hex string, without `0x`. */
export function word(value: bigint | number | Hex): string {
  return (typeof value === 'string' ? value.slice(2) : value.toString(16)).padStart(64, '0')
}

/**
 * OpenSSL's keccak256 of hex digits, several times as fast as JavaScript's: a pool computes half a dozen
 * for every vote. Browsers, and Node with an OpenSSL before 3.2, do not have it.
 */
const nativeKeccak = findNativeKeccak()

function findNativeKeccak(): ((digits: string) => Hex32) | undefined {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (crypto?.getHashes().includes('keccak-256') !== true) return undefined
  return (digits) => {
    const bytes = Buffer.from(digits, 'hex')
    // Buffer stops at the first digit that is none, or at half a byte.
    if (2 * bytes.length !== digits.length) throw new RangeError(`not hex: ${digits}`)
    return `0x${crypto.hash('keccak-256', bytes, 'hex')}` as Hex32
  }
}
