import type { BinaryNode, ClassAd, ConditionalNode, Expression, UnaryNode } from './ast.ts'
import {
  CONDITIONAL_PRECEDENCE,
  POSTFIX_PRECEDENCE,
  PRECEDENCE,
  UNARY_PRECEDENCE,
} from './precedence.ts'
import { printName, printString } from './printText.ts'
import { absTimeText, relTimeText } from './time.ts'
import type { Value } from './value.ts'

type RealPrinter = (value: number) => string

/** Text of an expression that reads back as the same expression. */
export function printExpression(expression: Expression): string {
  return printWith(expression, exactReal)
}

/** Text of an ad, such as `[ MemoryMiB = 64; Name = "render" ]`, that reads back as the same ad. */
export function printAd(ad: ClassAd): string {
  return printAttributes(ad, exactReal)
}

/** {@link printExpression} with another form of reals. */
export function printWith(expression: Expression, real: RealPrinter): string {
  const print = (inner: Expression) => printWith(inner, real)
  const operand = (inner: Expression, atLeast: number) => wrapped(inner, atLeast, print(inner))
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression.value, real)
    case 'reference': {
      const { scope, absolute, name } = expression
      if (scope === undefined) return `${absolute ? '.' : ''}${printName(name)}`
      return `${operand(scope, POSTFIX_PRECEDENCE)}.${printName(name)}`
    }
    case 'unary':
      return printUnary(expression, operand)
    case 'binary':
      return printBinary(expression, operand)
    case 'conditional':
      return printConditional(expression, operand)
    case 'subscript':
      return `${operand(expression.of, POSTFIX_PRECEDENCE)}[${print(expression.index)}]`
    case 'call':
      return `${printName(expression.name)}(${expression.args.map(print).join(',')})`
    case 'list':
      return printItems(expression.items, print)
    case 'ad':
      return printAttributes(expression.ad, real)
  }
}

type OperandPrinter = (inner: Expression, atLeast: number) => string

function printUnary({ op, operand: inner }: UnaryNode, operand: OperandPrinter): string {
  const text = operand(inner, UNARY_PRECEDENCE)
  // A minus before a digit would be read as part of the number.
  return op === '-' && /^\d/.test(text) ? `${op}(${text})` : `${op}${text}`
}

function printBinary({ op, left, right }: BinaryNode, operand: OperandPrinter): string {
  if (op === '?:') {
    const atRight = right.kind === 'binary' && right.op === '?:' ? 0 : POSTFIX_PRECEDENCE
    return `${operand(left, POSTFIX_PRECEDENCE)} ?: ${operand(right, atRight)}`
  }
  const own = PRECEDENCE[op]
  return `${operand(left, own)} ${op} ${operand(right, own + 1)}`
}

function printConditional(node: ConditionalNode, operand: OperandPrinter): string {
  const test = operand(node.test, CONDITIONAL_PRECEDENCE + 1)
  const yes = node.yes === undefined ? '' : `${operand(node.yes, 0)} `
  return `${test} ? ${yes}: ${operand(node.no, 0)}`
}

function wrapped(expression: Expression, atLeast: number, text: string): string {
  return precedenceOf(expression, atLeast) < atLeast ? `(${text})` : text
}

function precedenceOf(expression: Expression, atLeast: number): number {
  switch (expression.kind) {
    case 'conditional':
      return CONDITIONAL_PRECEDENCE
    case 'binary':
      // Ends a chain of selections, yet stands unwrapped below every other operator.
      return expression.op === '?:' ? UNARY_PRECEDENCE : PRECEDENCE[expression.op]
    case 'unary':
      return UNARY_PRECEDENCE
    case 'literal':
      return atLeast === POSTFIX_PRECEDENCE ? UNARY_PRECEDENCE : POSTFIX_PRECEDENCE
    default:
      return POSTFIX_PRECEDENCE
  }
}

function printLiteral(value: Value, real: RealPrinter): string {
  switch (value.type) {
    case 'undefined':
    case 'error':
      return value.type
    case 'boolean':
    case 'integer':
      return String(value.value)
    case 'real':
      return real(value.value)
    case 'string':
      return printString(value.value)
    case 'abstime':
      return `absTime("${absTimeText(value)}")`
    case 'reltime':
      return `relTime("${relTimeText(value.seconds)}")`
    case 'list':
      return printItems(value.items, (item) => printWith(item, real))
    case 'ad':
      return printAttributes(value.scope.ad, real)
  }
}

function printItems(items: readonly Expression[], print: (item: Expression) => string): string {
  return `{ ${items.map(print).join(',')} }`
}

function printAttributes(ad: ClassAd, real: RealPrinter): string {
  const parts = [...ad.attributes.values()].map(
    ({ name, expression }) => `${printName(name)} = ${printWith(expression, real)}`,
  )
  return `[ ${parts.join('; ')} ]`
}

function exactReal(value: number): string {
  if (Number.isNaN(value)) return 'real("NaN")'
  if (!Number.isFinite(value)) return value < 0 ? 'real("-INF")' : 'real("INF")'
  if (Object.is(value, -0)) return '-0.0'
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}
