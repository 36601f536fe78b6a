import { numberOf } from '../convert.ts'
import { booleanOf, ERROR, FALSE, TRUE, type Value } from '../value.ts'
import { integerLike } from './arithmetic.ts'

export type OrderOperator = '<' | '<=' | '==' | '!=' | '>=' | '>'

/** Compares two values that are neither undefined nor error; texts without regard to capitals. */
export function compare(op: OrderOperator, left: Value, right: Value): Value {
  if (left.type === 'string' && right.type === 'string') {
    return booleanOf(holds(op, compareTexts(foldCase(left.value), foldCase(right.value))))
  }
  if (left.type === 'abstime' || left.type === 'reltime') {
    if (right.type !== left.type) return ERROR
    return booleanOf(holds(op, order(left.seconds, right.seconds)))
  }
  const a = integerLike(left)
  const b = integerLike(right)
  if (a !== undefined && b !== undefined) return booleanOf(holds(op, order(a, b)))
  const x = numberOf(left)
  const y = numberOf(right)
  return x === undefined || y === undefined ? ERROR : booleanOf(holds(op, order(x, y)))
}

/** `=?=`: of one type and equal, texts with their capitals. Two lists or two ads are an error. */
export function identical(left: Value, right: Value): Value {
  if (left.type !== right.type) return FALSE
  if (left.type === 'undefined' || left.type === 'error') return TRUE
  if (left.type === 'list' || left.type === 'ad') return ERROR
  if (left.type === 'abstime') {
    return booleanOf(right.type === 'abstime' && sameTime(left, right))
  }
  if (left.type === 'reltime') {
    return booleanOf(right.type === 'reltime' && left.seconds === right.seconds)
  }
  return booleanOf('value' in right && left.value === right.value)
}

function sameTime(a: Value & { type: 'abstime' }, b: Value & { type: 'abstime' }): boolean {
  return a.seconds === b.seconds && a.offset === b.offset
}

/** Lower case of the letters A to Z alone, so that no locale changes an answer. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** -1, 0 or 1 by the UTF-16 units of two texts. */
export function compareTexts(a: string, b: string): number {
  return order(a, b)
}

/** NaN has no order: every comparison with it but != is false. */
function order<T extends bigint | number | string>(a: T, b: T): number {
  if (a === b) return 0
  if (a < b) return -1
  return a > b ? 1 : Number.NaN
}

function holds(op: OrderOperator, sign: number): boolean {
  switch (op) {
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '==':
      return sign === 0
    case '!=':
      return sign !== 0
    case '>=':
      return sign >= 0
    case '>':
      return sign > 0
  }
}
