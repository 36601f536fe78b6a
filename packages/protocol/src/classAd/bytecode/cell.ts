import { KIND, type Kind, MAX_STRING_BYTES } from './codes.ts'

/** A value as the machine holds it: a signed integer, 0 or 1, or the bytes of a string as one number. */
export type Cell = { kind: Kind; word: bigint }

/** A value that an ad can have on chain. */
export type FlatValue =
  | { type: 'undefined' }
  | { type: 'error' }
  | { type: 'boolean'; value: boolean }
  | { type: 'integer'; value: bigint }
  | { type: 'string'; value: string }

export const UNDEFINED_CELL: Cell = { kind: KIND.undefined, word: 0n }
export const ERROR_CELL: Cell = { kind: KIND.error, word: 0n }

export function booleanCell(value: boolean): Cell {
  return { kind: KIND.boolean, word: value ? 1n : 0n }
}

/** An integer, or the value error when it does not fit 256 bits with sign. */
export function integerCell(value: bigint): Cell {
  return value === BigInt.asIntN(256, value) ? { kind: KIND.integer, word: value } : ERROR_CELL
}

/** Undefined when the string has more than 32 bytes or a character 0. */
export function stringCell(text: string): Cell | undefined {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > MAX_STRING_BYTES || bytes.includes(0)) return undefined
  return { kind: KIND.string, word: wordOf(bytes, MAX_STRING_BYTES) }
}

/** Undefined when the value is a string that has no cell, see {@link stringCell}. */
export function cellOf(value: FlatValue): Cell | undefined {
  switch (value.type) {
    case 'undefined':
      return UNDEFINED_CELL
    case 'error':
      return ERROR_CELL
    case 'boolean':
      return booleanCell(value.value)
    case 'integer':
      return integerCell(value.value)
    case 'string':
      return stringCell(value.value)
  }
}

/** For people; bytes of a string that are no UTF-8 are replaced. */
export function flatValue({ kind, word }: Cell): FlatValue {
  switch (kind) {
    case KIND.undefined:
      return { type: 'undefined' }
    case KIND.error:
      return { type: 'error' }
    case KIND.boolean:
      return { type: 'boolean', value: word === 1n }
    case KIND.integer:
      return { type: 'integer', value: word }
    case KIND.string:
      return { type: 'string', value: textOf(word, MAX_STRING_BYTES) }
  }
}

/** Bytes at the left of a word of `size` bytes, zeros behind. */
export function wordOf(bytes: Uint8Array, size: number): bigint {
  let word = 0n
  for (let i = 0; i < size; i++) word = (word << 8n) | BigInt(bytes[i] ?? 0)
  return word
}

/** Bytes of a word of `size` bytes. */
export function bytesOf(word: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let i = size - 1, rest = word; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
  return bytes
}

/** Text of a word without the zeros behind it. */
export function textOf(word: bigint, size: number): string {
  return new TextDecoder().decode(trimmed(bytesOf(word, size)))
}

/** Without zeros at the end. */
export function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}
