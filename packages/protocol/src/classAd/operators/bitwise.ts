import { ERROR, integerOf, type Value } from '../value.ts'

export type BitwiseOperator = '&' | '|' | '^' | '<<' | '>>' | '>>>'

/** Bit operations on two integers; anything else is an error. Shifts take their count modulo 64. */
export function bitwise(op: BitwiseOperator, left: Value, right: Value): Value {
  if (left.type !== 'integer' || right.type !== 'integer') return ERROR
  const a = left.value
  const b = right.value
  const count = BigInt.asUintN(6, b)
  switch (op) {
    case '&':
      return integerOf(a & b)
    case '|':
      return integerOf(a | b)
    case '^':
      return integerOf(a ^ b)
    case '<<':
      return integerOf(a << count)
    case '>>':
      return integerOf(a >> count)
    case '>>>':
      return integerOf(BigInt.asUintN(64, a) >> count)
  }
}

export function complement(value: Value): Value {
  return value.type === 'integer' ? integerOf(~value.value) : ERROR
}
