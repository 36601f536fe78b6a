import type { Hex, Hex32 } from '@millrace/base'
import { keccak256 } from 'viem'

/** keccak256 of hex strings joined, each with or without its `0x`. */
export function keccakOf(...parts: readonly string[]): Hex32 {
  const digits = parts.map((part) => (part.startsWith('0x') ? part.slice(2) : part)).join('')
  return keccak256(`0x${digits}`) as Hex32
}

/** 32-byte big-endian word of a number or of a shorter hex string, without `0x`. */
export function word(value: bigint | number | Hex): string {
  return (typeof value === 'string' ? value.slice(2) : value.toString(16)).padStart(64, '0')
}
