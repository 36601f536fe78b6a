import { type Hex, hexToBytes } from '@millrace/base'
import { SIDE, type Side } from './adEncodingError.ts'
import { booleanCell, type Cell, ERROR_CELL, UNDEFINED_CELL } from './cell.ts'
import { KIND, operandsOf, PUSH } from './codes.ts'
import { binary, choose, isTrue, unary } from './operators.ts'
import { type Instruction, readProgram } from './program.ts'
import { type Entry, find, readTable } from './table.ts'

/** The ads that a program's `MY` and `TARGET` mean. */
export type Bindings = { my: readonly Entry[]; target: readonly Entry[] }

/**
 * Value of a program, as ClassAds.evaluate on chain gives it.
 *
 * @param program - A program alone, see {@link compileProgram}.
 * @param my - An ad whose attributes `MY` means; its own program does not matter. `0x` for none.
 * @throws {AdEncodingError} as the contract refuses: a bad ad before a bad program.
 */
export function evaluateProgram(program: Hex, my: Hex, target: Hex): Cell {
  const bindings = {
    my: readTable(SIDE.left, hexToBytes(my)).entries,
    target: readTable(SIDE.right, hexToBytes(target)).entries,
  }
  return run(readProgram(SIDE.program, hexToBytes(program)), bindings)
}

/**
 * Whether the requirements of both ads hold, as ClassAds.matches on chain says.
 *
 * @throws {AdEncodingError}
 */
export function matchesAds(left: Hex, right: Hex): boolean {
  const [leftBytes, rightBytes] = [hexToBytes(left), hexToBytes(right)]
  const [mine, other] = [readTable(SIDE.left, leftBytes), readTable(SIDE.right, rightBytes)]
  const there = { my: mine.entries, target: other.entries }
  const back = { my: other.entries, target: mine.entries }
  const leftHolds = holds(SIDE.left, leftBytes, mine.end, there)
  return holds(SIDE.right, rightBytes, other.end, back) && leftHolds
}

function holds(side: Side, ad: Uint8Array, start: number, bindings: Bindings): boolean {
  return start === ad.length || isTrue(run(readProgram(side, ad, start), bindings))
}

/** Value of instructions that {@link readProgram} has found well formed. */
export function run(instructions: readonly Instruction[], bindings: Bindings): Cell {
  const stack: Cell[] = []
  for (const instruction of instructions) {
    const operands = stack.splice(stack.length - (operandsOf(instruction.code) as number))
    stack.push(step(instruction, operands, bindings))
  }
  return stack[0] as Cell
}

/** What one instruction makes of its operands. */
export function step(
  { code, operand = 0n }: Instruction,
  operands: Cell[],
  bindings: Bindings,
): Cell {
  const [first, second, third] = operands
  if (first === undefined) return pushed(code, operand, bindings)
  if (second === undefined) return unary(code, first)
  return third === undefined ? binary(code, first, second) : choose(first, second, third)
}

function pushed(code: number, operand: bigint, { my, target }: Bindings): Cell {
  switch (code) {
    case PUSH.undefined:
      return UNDEFINED_CELL
    case PUSH.error:
      return ERROR_CELL
    case PUSH.integer:
      return { kind: KIND.integer, word: operand }
    case PUSH.string:
      return { kind: KIND.string, word: operand }
    case PUSH.my:
      return find(my, operand)
    case PUSH.target:
      return find(target, operand)
    default:
      return booleanCell(code === PUSH.true)
  }
}
