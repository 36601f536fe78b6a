import { type Hex, hexToBytes } from '@millrace/base'
import type { Expression } from '../ast.ts'
import { printExpression } from '../printer.ts'
import { SIDE } from './adEncodingError.ts'
import type { Cell } from './cell.ts'
import { BINARY, operandsOf, PUSH } from './codes.ts'
import { expressionOf, literalOf } from './decompile.ts'
import { type Bindings, step } from './evaluateProgram.ts'
import { isTrue } from './operators.ts'
import { readProgram } from './program.ts'
import { nameText, readTable } from './table.ts'

/** A part of requirements, between the `&&` of the whole, that does not hold. */
export type UnmetRequirement = {
  /** Whose requirements. */
  side: 'left' | 'right'
  /** As written, with `MY` and `TARGET`. */
  part: string
  /** What it is: `false`, `undefined`, `error`, a string. */
  value: string
  /** Values of the names in it, such as `TARGET.memory = 2048`. */
  given: string[]
}

/** A value with what it was computed from. */
type Traced = { cell: Cell; node: Expression; names: string[]; parts: Traced[] }

/**
 * The parts of both ads' requirements that keep them from matching; empty when they match.
 *
 * @throws {AdEncodingError}
 */
export function unmetRequirements(left: Hex, right: Hex): UnmetRequirement[] {
  const [leftBytes, rightBytes] = [hexToBytes(left), hexToBytes(right)]
  const [mine, other] = [readTable(SIDE.left, leftBytes), readTable(SIDE.right, rightBytes)]
  const there = { my: mine.entries, target: other.entries }
  const back = { my: other.entries, target: mine.entries }
  return [
    ...unmet('left', leftBytes, mine.end, there),
    ...unmet('right', rightBytes, other.end, back),
  ]
}

function unmet(
  side: UnmetRequirement['side'],
  bytes: Uint8Array,
  start: number,
  bindings: Bindings,
): UnmetRequirement[] {
  if (start === bytes.length) return []
  const stack: Traced[] = []
  for (const instruction of readProgram(SIDE[side], bytes, start)) {
    const operands = stack.splice(stack.length - (operandsOf(instruction.code) as number))
    const cell = step(
      instruction,
      operands.map((operand) => operand.cell),
      bindings,
    )
    const node = expressionOf(
      instruction,
      operands.map((operand) => operand.node),
    )
    const names = operands.flatMap((operand) => operand.names)
    const { code, operand: name = 0n } = instruction
    if (code === PUSH.my) names.push(`MY.${nameText(name)} = ${textOf(cell)}`)
    if (code === PUSH.target) names.push(`TARGET.${nameText(name)} = ${textOf(cell)}`)
    const traced: Traced = { cell, node, names, parts: [] }
    traced.parts = code === BINARY['&&'] ? operands.flatMap(({ parts }) => parts) : [traced]
    stack.push(traced)
  }
  return (stack[0] as Traced).parts
    .filter(({ cell }) => !isTrue(cell))
    .map(({ cell, node, names }) => ({
      side,
      part: printExpression(node),
      value: textOf(cell),
      given: [...new Set(names)],
    }))
}

function textOf(cell: Cell): string {
  return printExpression(literalOf(cell))
}
