import { bytesToHex, type Hex } from '@millrace/base'
import type { ClassAd, Expression } from '../ast.ts'
import { ClassAdTooLargeError } from '../errors.ts'
import { flatten } from '../flatten.ts'
import { parseAd, parseExpression } from '../parser.ts'
import { MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES, operandsOf, PUSH } from './codes.ts'
import { attribute, cellOfLiteral, compileExpression, type Names } from './compileExpression.ts'
import { encodeProgram, type Instruction } from './program.ts'
import { type Entry, encodeTable } from './table.ts'

/** Not advertised: requirements become the program, rank is for choosing among matches off chain. */
const NOT_ADVERTISED = ['requirements', 'rank']

/**
 * Byte code of an expression alone, for `evaluate`: names without scope mean `MY`.
 *
 * @throws {ClassAdSyntaxError}
 * @throws {ClassAdNotOnChainError}
 * @throws {ClassAdTooLargeError}
 */
export function compileProgram(expression: Expression | string): Hex {
  const node = typeof expression === 'string' ? parseExpression(expression) : expression
  const names: Names = (scope, name, at) => [
    attribute(scope === 'TARGET' ? PUSH.target : PUSH.my, name, at),
  ]
  return bytesToHex(encodeProgram(limited(compileExpression(node, names))))
}

/**
 * Byte code of an ad: its attributes as values, its `Requirements` as a program.
 *
 * What does not depend on the other ad may use the full language, it is computed here ({@link flatten}).
 * Attributes that do depend on it are not advertised, but written out where requirements use them.
 *
 * @returns Bytes, see docs/protocol/classads-bytecode.md; an order names their keccak256.
 * @throws {ClassAdSyntaxError}
 * @throws {ClassAdNotOnChainError}
 * @throws {ClassAdTooLargeError}
 */
export function compileAd(ad: ClassAd | string): Hex {
  const flat = flatten(typeof ad === 'string' ? parseAd(ad) : ad)
  const table = encodeTable(entriesOf(flat))
  const requirements = flat.attributes.get('requirements')?.expression
  if (requirements === undefined) return bytesToHex(table)
  const program = encodeProgram(limited(compileInside(flat, requirements, ['requirements'])))
  return bytesToHex(Uint8Array.from([...table, ...program]))
}

function entriesOf({ attributes }: ClassAd): Entry[] {
  const entries: Entry[] = []
  for (const [key, { name, expression }] of attributes) {
    if (NOT_ADVERTISED.includes(key) || expression.kind !== 'literal') continue
    const { operand = 0n } = attribute(PUSH.my, name, expression.at)
    entries.push({ name: operand, cell: cellOfLiteral(expression) })
  }
  limit('attributes', entries.length, MAX_ATTRIBUTES)
  return entries
}

/** With the ad's own attributes written out; one of `open`, which would come back to itself, is undefined. */
function compileInside(ad: ClassAd, node: Expression, open: string[]): Instruction[] {
  const instructions = compileExpression(node, (scope, name, at) => {
    if (scope === 'TARGET') return [attribute(PUSH.target, name, at)]
    const key = name.toLowerCase()
    const expression = open.includes(key) ? undefined : ad.attributes.get(key)?.expression
    if (expression === undefined) return [{ code: PUSH.undefined }]
    return compileInside(ad, expression, [...open, key])
  })
  // Here, and not only at the end, because what is written out may double with every attribute.
  limit('nodes of the expression', instructions.length, MAX_NODES)
  return instructions
}

/** The limits of the contract, told before it refuses. */
function limited(instructions: Instruction[]): Instruction[] {
  limit('nodes of the expression', instructions.length, MAX_NODES)
  let height = 0
  for (const { code } of instructions) {
    height += 1 - (operandsOf(code) ?? 0)
    limit('values waiting for an operator', height, MAX_DEPTH)
  }
  return instructions
}

function limit(field: string, value: number, most: number): void {
  if (value > most) throw new ClassAdTooLargeError({ field, value, limit: most })
}
