import { numberOf } from '../convert.ts'
import { ERROR, integerOf, realOf, type Value } from '../value.ts'
import { timeArithmetic } from './timeArithmetic.ts'

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

const MIN_INTEGER = -(2n ** 63n)
const MAX_INTEGER = 2n ** 63n - 1n

/** Arithmetic on two values that are neither undefined nor error. */
export function arithmetic(op: ArithmeticOperator, left: Value, right: Value): Value {
  if (isTime(left) || isTime(right)) return timeArithmetic(op, left, right)
  const a = integerLike(left)
  const b = integerLike(right)
  if (a !== undefined && b !== undefined) return integers(op, a, b)
  const x = numberOf(left)
  const y = numberOf(right)
  return x === undefined || y === undefined ? ERROR : reals(op, x, y)
}

function isTime({ type }: Value): boolean {
  return type === 'abstime' || type === 'reltime'
}

/** An integer, or a boolean as 0 or 1. */
export function integerLike(value: Value): bigint | undefined {
  if (value.type === 'integer') return value.value
  return value.type === 'boolean' ? BigInt(value.value) : undefined
}

function integers(op: ArithmeticOperator, a: bigint, b: bigint): Value {
  switch (op) {
    case '+':
      return integerOf(a + b)
    case '-':
      return integerOf(a - b)
    case '*':
      return integerOf(a * b)
    case '/':
      if (b === 0n) return ERROR
      return integerOf(a === MIN_INTEGER && b === -1n ? MAX_INTEGER : a / b)
    case '%':
      return b === 0n ? ERROR : integerOf(a % b)
  }
}

function reals(op: ArithmeticOperator, x: number, y: number): Value {
  if (op === '%') return ERROR
  const result = op === '+' ? x + y : op === '-' ? x - y : op === '*' ? x * y : x / y
  return result === Number.POSITIVE_INFINITY ? ERROR : realOf(result)
}

/** `-value` of a value that is neither undefined nor error; booleans have none. */
export function negate(value: Value): Value {
  if (value.type === 'integer') return integerOf(-value.value)
  if (value.type === 'real') return realOf(-value.value)
  return value.type === 'reltime' ? { ...value, seconds: -value.seconds } : ERROR
}
