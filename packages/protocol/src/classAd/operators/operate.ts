import type { BinaryOperator, UnaryOperator } from '../ast.ts'
import { ERROR, FALSE, TRUE, UNDEFINED, type Value } from '../value.ts'
import { type ArithmeticOperator, arithmetic, negate } from './arithmetic.ts'
import { type BitwiseOperator, bitwise, complement } from './bitwise.ts'
import { compare, identical, type OrderOperator } from './compare.ts'
import { logical, not } from './logic.ts'

const ARITHMETIC = new Set<string>(['+', '-', '*', '/', '%'] satisfies ArithmeticOperator[])
const BITWISE = new Set<string>(['&', '|', '^', '<<', '>>', '>>>'] satisfies BitwiseOperator[])

/** A unary operator on a value. */
export function operateUnary(op: UnaryOperator, value: Value): Value {
  if (value.type === 'error' || value.type === 'undefined') return value
  switch (op) {
    case '-':
      return negate(value)
    case '+':
      return ['integer', 'real', 'reltime'].includes(value.type) ? value : ERROR
    case '!':
      return not(value)
    case '~':
      return complement(value)
  }
}

/** A binary operator on two values; what need not be evaluated is the evaluator's affair. */
export function operate(op: BinaryOperator, left: Value, right: Value): Value {
  switch (op) {
    case '&&':
    case '||':
      return logical(op, left, right)
    case '?:':
      return left.type === 'undefined' ? right : left
    case '=?=':
      return identical(left, right)
    case '=!=':
      return invert(identical(left, right))
  }
  // Strict operators: error before undefined, undefined before a type that does not fit.
  if (left.type === 'error' || right.type === 'error') return ERROR
  if (left.type === 'undefined' || right.type === 'undefined') return UNDEFINED
  if (isArithmetic(op)) return arithmetic(op, left, right)
  return isBitwise(op) ? bitwise(op, left, right) : compare(op, left, right)
}

function isArithmetic(
  op: ArithmeticOperator | BitwiseOperator | OrderOperator,
): op is ArithmeticOperator {
  return ARITHMETIC.has(op)
}

function isBitwise(op: BitwiseOperator | OrderOperator): op is BitwiseOperator {
  return BITWISE.has(op)
}

function invert(value: Value): Value {
  if (value.type !== 'boolean') return value
  return value.value ? FALSE : TRUE
}
