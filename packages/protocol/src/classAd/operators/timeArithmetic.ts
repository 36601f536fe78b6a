import { ERROR, type Value } from '../value.ts'
import type { ArithmeticOperator } from './arithmetic.ts'

/** Arithmetic where one side at least is a time; only sums and multiples that mean something. */
export function timeArithmetic(op: ArithmeticOperator, left: Value, right: Value): Value {
  if (op === '+') return add(left, right)
  if (op === '-') return subtract(left, right)
  if (op === '*') return left.type === 'reltime' ? scale(left, right, op) : scale(right, left, op)
  return op === '/' ? scale(left, right, op) : ERROR
}

function add(left: Value, right: Value): Value {
  if (left.type === 'abstime' && right.type === 'reltime') return shift(left, right.seconds)
  if (left.type === 'reltime' && right.type === 'abstime') return shift(right, left.seconds)
  if (left.type !== 'reltime' || right.type !== 'reltime') return ERROR
  return { type: 'reltime', seconds: left.seconds + right.seconds }
}

function subtract(left: Value, right: Value): Value {
  if (left.type === 'abstime' && right.type === 'reltime') return shift(left, -right.seconds)
  const times = left.type === 'abstime' && right.type === 'abstime'
  const lengths = left.type === 'reltime' && right.type === 'reltime'
  if (!times && !lengths) return ERROR
  return { type: 'reltime', seconds: left.seconds - right.seconds }
}

function shift(time: Value & { type: 'abstime' }, seconds: number): Value {
  return { ...time, seconds: time.seconds + Math.trunc(seconds) }
}

function scale(time: Value, by: Value, op: '*' | '/'): Value {
  if (time.type !== 'reltime' || (by.type !== 'integer' && by.type !== 'real')) return ERROR
  const factor = Number(by.value)
  return { type: 'reltime', seconds: op === '*' ? time.seconds * factor : time.seconds / factor }
}
