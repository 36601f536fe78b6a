import { bytesToHex, type Hex } from '@millrace/base'
import type { ClassAd, Expression } from '../ast.ts'
import { ClassAdTooLargeError } from '../errors.ts'
import { parseAd, parseExpression } from '../parser.ts'
import type { Cell } from './cell.ts'
import { MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES, operandsOf, PUSH } from './codes.ts'
import { attribute, compileExpression, type Names } from './compileExpression.ts'
import { run } from './evaluateProgram.ts'
import { encodeProgram, type Instruction, pushOf } from './program.ts'
import { type Entry, encodeTable } from './table.ts'

/** Not advertised: requirements become the program, rank is for choosing among matches off chain. */
const NOT_ADVERTISED = ['requirements', 'rank']
/** Attributes that one ad may look into while it is compiled; what doubles at each step ends here. */
const MAX_LOOKS = 2_000

/**
 * Byte code of an expression alone, for `evaluate`: names mean `MY`.
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
 * Attributes that are computed from others are computed here; those that depend on `TARGET` are not
 * advertised, but written out where requirements use them. A name that the ad does not have is
 * undefined, and so is one that depends on itself.
 *
 * @returns `0x` and the bytes, see docs/protocol/classads-bytecode.md; an order names their keccak256.
 * @throws {ClassAdSyntaxError}
 * @throws {ClassAdNotOnChainError}
 * @throws {ClassAdTooLargeError}
 */
export function compileAd(ad: ClassAd | string): Hex {
  const { attributes } = typeof ad === 'string' ? parseAd(ad) : ad
  const inside = lookInside(attributes)
  const entries = new Map<string, Entry>()
  for (const [key, { name, expression }] of attributes) {
    if (NOT_ADVERTISED.includes(key)) continue
    const cell = constantOf(inside([key], expression))
    if (cell === undefined) continue
    const { operand = 0n } = attribute(PUSH.my, name, expression.at)
    entries.set(key, { name: operand, cell })
  }
  limit('attributes', entries.size, MAX_ATTRIBUTES)
  const table = encodeTable([...entries.values()])
  const requirements = attributes.get('requirements')?.expression
  if (requirements === undefined) return bytesToHex(table)
  const names = namesOfRequirements(attributes, inside, entries)
  const program = encodeProgram(limited(compileExpression(requirements, names)))
  return bytesToHex(Uint8Array.from([...table, ...program]))
}

type Inside = (open: string[], node: Expression) => Instruction[]

/** Reads from the table what stands there, so that the program stays short and can be read. */
function namesOfRequirements(
  attributes: ClassAd['attributes'],
  inside: Inside,
  entries: ReadonlyMap<string, Entry>,
): Names {
  return (scope, name, at) => {
    if (scope === 'TARGET') return [attribute(PUSH.target, name, at)]
    const key = name.toLowerCase()
    const expression = key === 'requirements' ? undefined : attributes.get(key)?.expression
    if (expression === undefined) return [{ code: PUSH.undefined }]
    const whole = inside(['requirements', key], expression)
    const cell = constantOf(whole)
    return cell !== undefined && isSame(cell, entries.get(key)?.cell)
      ? [attribute(PUSH.my, name, at)]
      : folded(whole)
  }
}

/** Compiles with the ad's own attributes written out; `open` are the names that are being looked into. */
function lookInside(attributes: ClassAd['attributes']): Inside {
  let looks = 0
  return function inside(open: string[], node: Expression): Instruction[] {
    limit('attributes looked into', ++looks, MAX_LOOKS)
    return compileExpression(node, (scope, name, at) => {
      if (scope === 'TARGET') return [attribute(PUSH.target, name, at)]
      const key = name.toLowerCase()
      const expression = open.includes(key) ? undefined : attributes.get(key)?.expression
      return expression === undefined
        ? [{ code: PUSH.undefined }]
        : folded(inside([...open, key], expression))
    })
  }
}

/** One instruction where the other ad does not matter. */
function folded(instructions: Instruction[]): Instruction[] {
  const cell = constantOf(instructions)
  return cell === undefined ? instructions : [pushOf(cell)]
}

function constantOf(instructions: readonly Instruction[]): Cell | undefined {
  const depends = instructions.some(({ code }) => code === PUSH.target)
  return depends ? undefined : run(instructions, { my: [], target: [] })
}

function isSame(a: Cell, b: Cell | undefined): boolean {
  return a.kind === b?.kind && a.word === b.word
}

/** The limits of the contract, told before it refuses. */
function limited(instructions: Instruction[]): Instruction[] {
  limit('nodes of the expression', instructions.length, MAX_NODES)
  let height = 0
  let highest = 0
  for (const { code } of instructions) {
    height += 1 - (operandsOf(code) ?? 0)
    highest = Math.max(highest, height)
  }
  limit('values waiting for an operator', highest, MAX_DEPTH)
  return instructions
}

function limit(field: string, value: number, most: number): void {
  if (value > most) throw new ClassAdTooLargeError({ field, value, limit: most })
}
