import { type ClassAd, type Expression, makeAd, type UnaryOperator } from './ast.ts'
import { isInfix, PRECEDENCE } from './precedence.ts'
import { TokenReader } from './tokenReader.ts'
import type { Mode } from './tokens.ts'

/**
 * Reads an expression such as `TARGET.MemoryMiB >= 512 && TARGET.Arch == "x86_64"`.
 *
 * @param mode what a leading zero means, see {@link Mode}.
 * @throws {ClassAdSyntaxError} with the position of what does not fit.
 * @throws {ClassAdTooLargeError}
 */
export function parseExpression(text: string, mode: Mode = 'new'): Expression {
  const reader = new TokenReader(text, mode)
  const expression = whole(reader)
  reader.expectEnd()
  return expression
}

/**
 * Reads an ad such as `[ MemoryMiB = 512; Requirements = TARGET.Price < 10 ]`.
 *
 * @throws {ClassAdSyntaxError} with the position of what does not fit.
 * @throws {ClassAdTooLargeError}
 */
export function parseAd(text: string, mode: Mode = 'new'): ClassAd {
  const reader = new TokenReader(text, mode)
  reader.expect('[', 'An ad looks like [ Name = "render"; MemoryMiB = 64 ].')
  const ad = adBody(reader)
  reader.expectEnd()
  return ad
}

function whole(reader: TokenReader): Expression {
  return reader.nested(() => {
    const test = infix(reader, 0)
    const { at } = reader.peek()
    // `?:` inside an expression is read with what it follows; here it can only be `? :`.
    if (!reader.accept('?')) return test
    const yes = reader.symbol() === ':' ? undefined : whole(reader)
    reader.expect(':', 'A condition reads test ? yes : no.')
    return { kind: 'conditional', test, yes, no: whole(reader), at }
  })
}

function infix(reader: TokenReader, above: number): Expression {
  let left = unary(reader)
  let chained = 0
  for (;;) {
    const { at } = reader.peek()
    const op = reader.symbol()
    if (!isInfix(op) || PRECEDENCE[op] <= above) {
      reader.rise(chained)
      return left
    }
    reader.take()
    left = { kind: 'binary', op, left, right: infix(reader, PRECEDENCE[op]), at }
    // A chain nests to the left, one level for each operator.
    reader.sink()
    chained += 1
  }
}

function unary(reader: TokenReader): Expression {
  const op = reader.symbol()
  if (!isUnary(op)) return postfix(reader)
  const { at } = reader.take()
  return reader.nested(() => ({ kind: 'unary', op, operand: unary(reader), at }))
}

function isUnary(symbol: string | undefined): symbol is UnaryOperator {
  return symbol === '-' || symbol === '+' || symbol === '!' || symbol === '~'
}

function postfix(reader: TokenReader): Expression {
  let result = primary(reader)
  let chained = 0
  for (;;) {
    const { at } = reader.peek()
    const next = postfixOf(reader, result, at)
    if (next === undefined) {
      reader.rise(chained)
      return result
    }
    result = next
    reader.sink()
    chained += 1
  }
}

function postfixOf(reader: TokenReader, of: Expression, at: number): Expression | undefined {
  if (reader.accept('[')) {
    const index = whole(reader)
    reader.expect(']')
    return { kind: 'subscript', of, index, at }
  }
  if (reader.accept('.')) {
    return { kind: 'reference', scope: of, absolute: false, name: reader.expectName(), at }
  }
  if (!reader.accept('?:')) return undefined
  const right = reader.nested(() => postfix(reader))
  return { kind: 'binary', op: '?:', left: of, right, at }
}

function primary(reader: TokenReader): Expression {
  const token = reader.peek()
  const { at } = token
  if (token.kind === 'literal') {
    reader.take()
    return { kind: 'literal', value: token.value, at }
  }
  if (token.kind === 'name') return named(reader)
  if (reader.accept('.')) {
    return { kind: 'reference', scope: undefined, absolute: true, name: reader.expectName(), at }
  }
  if (reader.accept('(')) {
    const inner = whole(reader)
    reader.expect(')')
    return inner
  }
  if (reader.accept('{')) return { kind: 'list', items: sequence(reader, '}', [',']), at }
  if (reader.accept('[')) return { kind: 'ad', ad: adBody(reader), at }
  return reader.refuse('a value, a name or "("')
}

function named(reader: TokenReader): Expression {
  const { at } = reader.peek()
  const name = reader.expectName()
  if (!reader.accept('(')) return { kind: 'reference', scope: undefined, absolute: false, name, at }
  const separators = reader.mode === 'old' ? [',', ';'] : [',']
  return { kind: 'call', name, args: sequence(reader, ')', separators), at }
}

/** Expressions up to a closing symbol; a separator before it is allowed. */
function sequence(reader: TokenReader, close: string, separators: string[]): Expression[] {
  const items: Expression[] = []
  while (!reader.accept(close)) {
    items.push(whole(reader))
    if (separators.some((separator) => reader.accept(separator))) continue
    if (reader.symbol() !== close) reader.refuse(`"," or "${close}"`)
  }
  return items
}

function adBody(reader: TokenReader): ClassAd {
  const attributes: [string, Expression][] = []
  while (!reader.accept(']')) {
    if (reader.accept(';')) continue
    const name = reader.expectName()
    reader.expect('=', 'Attributes of an ad read name = expression, with ; between them.')
    attributes.push([name, whole(reader)])
    if (reader.symbol() !== ']' && reader.symbol() !== ';') {
      reader.refuse('";" or "]"', 'Attributes are separated by semicolons.')
    }
  }
  return makeAd(attributes)
}
