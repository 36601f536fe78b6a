import { ERROR, integerOf, type Value } from '../value.ts'

export type BitwiseOperator = '&' | '|' | '^' | '<<' | '>>' | '>>>'

/** Bit operations on two integers; anything else is an error. */
export function bitwise(op: BitwiseOperator, left: Value, right: Value): Value {
  if (left.type !== 'integer' || right.type !== 'integer') return ERROR
  const a = left.value
  const b = right.value
  switch (op) {
    case '&':
      return integerOf(a & b)
    case '|':
      return integerOf(a | b)
    case '^':
      return integerOf(a ^ b)
    case '<<':
      return integerOf(a << modulo64(b))
    case '>>':
      return integerOf(shiftRight(a, b))
    case '>>>':
      return integerOf(shiftUnsigned(a, b))
  }
}

/** Processors look at the last six bits of a count, and so does the reference. */
function modulo64(count: bigint): bigint {
  return BigInt.asUintN(6, count)
}

/** The reference shifts negative numbers bit by bit: not at all for a negative count. */
function shiftRight(value: bigint, count: bigint): bigint {
  if (value >= 0n) return value >> modulo64(count)
  return count < 0n ? value : value >> (count > 64n ? 64n : count)
}

/** One bit first, to be rid of the sign, then the rest of the count: none is 64. */
function shiftUnsigned(value: bigint, count: bigint): bigint {
  if (value >= 0n) return value >> modulo64(count)
  return BigInt.asUintN(64, value) >> (1n + modulo64(count - 1n))
}

export function complement(value: Value): Value {
  return value.type === 'integer' ? integerOf(~value.value) : ERROR
}
