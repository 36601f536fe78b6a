import type { BinaryOperator, Expression, UnaryOperator } from '../ast.ts'
import { type Cell, flatValue } from './cell.ts'
import { BINARY, KIND, operandsOf, PUSH, UNARY } from './codes.ts'
import type { Instruction } from './program.ts'
import { nameText } from './table.ts'

const UNARY_NAMES = namesByCode(UNARY)
const BINARY_NAMES = namesByCode(BINARY)

/** The expression of one instruction, given those of its operands. */
export function expressionOf(
  { code, operand = 0n }: Instruction,
  operands: Expression[],
): Expression {
  const [first, second, third] = operands
  if (first === undefined) return pushed(code, operand)
  if (second === undefined) return unaryOf(UNARY_NAMES.get(code) ?? '', first)
  if (third === undefined) {
    return {
      kind: 'binary',
      op: BINARY_NAMES.get(code) as BinaryOperator,
      left: first,
      right: second,
      at: 0,
    }
  }
  return { kind: 'conditional', test: first, yes: second, no: third, at: 0 }
}

/** The expression of a whole program; names become `MY.x` and `TARGET.x`. */
export function decompile(instructions: readonly Instruction[]): Expression {
  const stack: Expression[] = []
  for (const instruction of instructions) {
    const operands = stack.splice(stack.length - (operandsOf(instruction.code) ?? 0))
    stack.push(expressionOf(instruction, operands))
  }
  return stack[0] as Expression
}

/** The literal of a value. */
export function literalOf(cell: Cell): Expression {
  return { kind: 'literal', value: flatValue(cell), at: 0 }
}

function pushed(code: number, operand: bigint): Expression {
  if (code === PUSH.my || code === PUSH.target) {
    const scope = named(code === PUSH.my ? 'MY' : 'TARGET')
    return { kind: 'reference', scope, absolute: false, name: nameText(operand), at: 0 }
  }
  if (code === PUSH.integer) return literalOf({ kind: KIND.integer, word: operand })
  if (code === PUSH.string) return literalOf({ kind: KIND.string, word: operand })
  if (code >= PUSH.false)
    return literalOf({ kind: KIND.boolean, word: code === PUSH.true ? 1n : 0n })
  return literalOf({ kind: code === PUSH.error ? KIND.error : KIND.undefined, word: 0n })
}

function unaryOf(name: string, operand: Expression): Expression {
  if (name.startsWith('is')) return { kind: 'call', name, args: [operand], at: 0 }
  return { kind: 'unary', op: name as UnaryOperator, operand, at: 0 }
}

function named(name: string): Expression {
  return { kind: 'reference', scope: undefined, absolute: false, name, at: 0 }
}

function namesByCode(codes: Record<string, number>): ReadonlyMap<number, string> {
  return new Map(Object.entries(codes).map(([name, code]) => [code, name]))
}
