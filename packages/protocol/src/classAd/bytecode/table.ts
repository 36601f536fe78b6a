import { AdEncodingError, type Side } from './adEncodingError.ts'
import { bytesOf, type Cell, textOf, UNDEFINED_CELL, wordOf } from './cell.ts'
import {
  AD_VERSION,
  ENTRY_BYTES,
  HEAD_BYTES,
  KIND,
  type Kind,
  MAX_ATTRIBUTES,
  MAX_NAME_BYTES,
} from './codes.ts'

/** An attribute of an ad on chain; its name as a number, so that names sort as the contract sorts them. */
export type Entry = { name: bigint; cell: Cell }

/** Bytes of a name in lower case, as one number; undefined when there are none or more than 31. */
export function nameWord(name: string): bigint | undefined {
  const bytes = new TextEncoder().encode(name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  const fits = bytes.length > 0 && bytes.length <= MAX_NAME_BYTES && !bytes.includes(0)
  return fits ? wordOf(bytes, MAX_NAME_BYTES) : undefined
}

export function nameText(name: bigint): string {
  return textOf(name, MAX_NAME_BYTES)
}

/** An ad without program; names must differ, at most 32. */
export function encodeTable(entries: readonly Entry[]): Uint8Array {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const table = new Uint8Array(HEAD_BYTES + ENTRY_BYTES * sorted.length)
  table.set([AD_VERSION, sorted.length])
  for (const [i, { name, cell }] of sorted.entries()) {
    const at = HEAD_BYTES + ENTRY_BYTES * i
    table.set(bytesOf(name, MAX_NAME_BYTES), at)
    table[at + MAX_NAME_BYTES] = cell.kind
    table.set(bytesOf(BigInt.asUintN(256, cell.word), 32), at + 32)
  }
  return table
}

/**
 * Attributes of an ad, and the offset at which its program begins.
 *
 * @throws {AdEncodingError}
 */
export function readTable(side: Side, ad: Uint8Array): { entries: Entry[]; end: number } {
  if (ad.length === 0) return { entries: [], end: 0 }
  const [version, count] = ad
  if (version === undefined || count === undefined) refuse('AdTruncated', ad.length)
  if (version !== AD_VERSION) refuse('AdVersionUnknown', version)
  if (count > MAX_ATTRIBUTES) refuse('TooManyAttributes', count)
  const end = HEAD_BYTES + ENTRY_BYTES * count
  if (ad.length < end) refuse('AdTruncated', ad.length)
  const entries: Entry[] = []
  let previous = 0n
  for (let at = HEAD_BYTES; at < end; at += ENTRY_BYTES) {
    const name = wordOf(ad.subarray(at), MAX_NAME_BYTES)
    if (name <= previous) refuse('AttributesNotAscending', at)
    const cell = readCell(ad[at + MAX_NAME_BYTES] as number, wordOf(ad.subarray(at + 32), 32))
    if (cell === undefined) refuse('BadAttribute', at)
    entries.push({ name, cell })
    previous = name
  }
  return { entries, end }

  function refuse(fault: ConstructorParameters<typeof AdEncodingError>[0], value: number): never {
    throw new AdEncodingError(fault, side, value)
  }
}

function readCell(kind: number, word: bigint): Cell | undefined {
  if (kind === KIND.integer) return { kind, word: BigInt.asIntN(256, word) }
  if (kind === KIND.string) return { kind, word }
  if (kind > KIND.string || word > (kind === KIND.boolean ? 1n : 0n)) return undefined
  return { kind: kind as Kind, word }
}

/** Value of an attribute; undefined, as a value, when the ad has none of this name. */
export function find(entries: readonly Entry[], name: bigint): Cell {
  return entries.find((entry) => entry.name === name)?.cell ?? UNDEFINED_CELL
}
