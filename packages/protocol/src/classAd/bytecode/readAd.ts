import { type Hex, hexToBytes } from '@millrace/base'
import { type ClassAd, type Expression, makeAd } from '../ast.ts'
import { SIDE } from './adEncodingError.ts'
import { decompile, literalOf } from './decompile.ts'
import { readProgram } from './program.ts'
import { nameText, readTable } from './table.ts'

/**
 * What a compiled ad says, for people: its attributes and its `Requirements`.
 *
 * @throws {AdEncodingError}
 */
export function readAd(ad: Hex): ClassAd {
  const bytes = hexToBytes(ad)
  const { entries, end } = readTable(SIDE.left, bytes)
  const attributes: [string, Expression][] = entries.map(({ name, cell }) => [
    nameText(name),
    literalOf(cell),
  ])
  if (end < bytes.length) {
    attributes.push(['Requirements', decompile(readProgram(SIDE.left, bytes, end))])
  }
  return makeAd(attributes)
}
