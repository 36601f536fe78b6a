import type { BinaryOperator } from './ast.ts'

/** How tightly binary operators bind; all group to the left. `?:` binds like a selection. */
export const PRECEDENCE: Readonly<Record<Exclude<BinaryOperator, '?:'>, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '=?=': 6,
  '=!=': 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '>>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
}

export const CONDITIONAL_PRECEDENCE = 0
export const UNARY_PRECEDENCE = 11
export const POSTFIX_PRECEDENCE = 12

export type InfixOperator = keyof typeof PRECEDENCE

export function isInfix(symbol: string | undefined): symbol is InfixOperator {
  return symbol !== undefined && Object.hasOwn(PRECEDENCE, symbol)
}
