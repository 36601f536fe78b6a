import { describe, expect, it } from 'vitest'
import { attributeOf, type Expression } from './ast.ts'
import { ClassAdSyntaxError, ClassAdTooLargeError } from './errors.ts'
import { parseAd, parseExpression } from './parser.ts'
import type { Mode } from './tokens.ts'

/** The expression with every operator in parentheses. */
function grouped(text: string, mode?: Mode): string {
  return show(parseExpression(text, mode))
}

function show(e: Expression): string {
  switch (e.kind) {
    case 'literal':
      return 'value' in e.value ? String(e.value.value) : e.value.type
    case 'reference':
      return `${e.scope === undefined ? '' : show(e.scope)}${e.absolute || e.scope ? '.' : ''}${e.name}`
    case 'unary':
      return `(${e.op}${show(e.operand)})`
    case 'binary':
      return `(${show(e.left)} ${e.op} ${show(e.right)})`
    case 'conditional':
      return `(${show(e.test)} ? ${e.yes === undefined ? '' : show(e.yes)} : ${show(e.no)})`
    case 'subscript':
      return `${show(e.of)}[${show(e.index)}]`
    case 'call':
      return `${e.name}(${e.args.map(show).join(',')})`
    case 'list':
      return `{${e.items.map(show).join(',')}}`
    case 'ad':
      return `[${[...e.ad.attributes.values()].map((a) => `${a.name}=${show(a.expression)}`).join(';')}]`
  }
}

function problem(text: string, mode?: Mode): ClassAdSyntaxError {
  try {
    parseExpression(text, mode)
  } catch (error) {
    if (error instanceof ClassAdSyntaxError) return error
    throw error
  }
  throw new Error(`${text} was read`)
}

describe('parseExpression', () => {
  it.each([
    ['1+2*3', '(1 + (2 * 3))'],
    ['10-4-3', '((10 - 4) - 3)'],
    ['1|2&4', '(1 | (2 & 4))'],
    ['a && b || c && d', '((a && b) || (c && d))'],
    ['1<2 == true', '((1 < 2) == true)'],
    ['1<<2+3', '(1 << (2 + 3))'],
    ['true?false?1:2:3', '(true ? (false ? 1 : 2) : 3)'],
    ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
    ['!a.b', '(!a.b)'],
    ['a is b isnt c', '((a =?= b) =!= c)'],
    ['f(1, x)[2].y', 'f(1,x)[2].y'],
    ['.a.b', '.a.b'],
    ['{1,{},[a=1;B=c]}', '{1,{},[a=1;B=c]}'],
    ['(1|2)&4', '((1 | 2) & 4)'],
  ])('groups %s as %s', (text, expected) => {
    expect(grouped(text)).toBe(expected)
  })

  it('binds ?: like a selection and ? : like a condition', () => {
    expect(grouped('1 ?: 1/0')).toBe('((1 ?: 1) / 0)')
    expect(grouped('1 ? : 1/0')).toBe('(1 ?  : (1 / 0))')
  })

  it('reads a minus as part of a number unless an operand stands before it', () => {
    expect(grouped('-2*-3')).toBe('(-2 * -3)')
    expect(grouped('a-1')).toBe('(a - 1)')
    expect(grouped('f(1)-1')).toBe('(f(1) - 1)')
    expect(grouped('- 1')).toBe('(-1)')
    expect(grouped('-.5')).toBe('-0.5')
  })

  it('reads 64-bit integers, and one too large as 0 like the reference', () => {
    expect(grouped('-9223372036854775808')).toBe('-9223372036854775808')
    expect(grouped('9223372036854775808')).toBe('0')
  })

  it('takes a leading zero as decimal in new mode and refuses it in old', () => {
    expect(grouped('010')).toBe('10')
    expect(grouped('0', 'old')).toBe('0')
    expect(problem('010', 'old').position).toBe(0)
    expect(problem('0x10', 'old').position).toBe(0)
    expect(problem('1 + 09').position).toBe(4)
  })

  it('separates arguments by a semicolon in old mode only', () => {
    expect(grouped('f(a; b)', 'old')).toBe('f(a,b)')
    expect(problem('f(a; b)').position).toBe(3)
  })

  it('joins adjacent texts and reads escapes', () => {
    expect(grouped('"a" "b\\"\\101\\n"')).toBe('ab"A\n')
    expect(grouped("'quoted name'")).toBe('quoted name')
  })

  it('passes comments and space', () => {
    expect(grouped('/* a */ 1 // b\n + 2')).toBe('(1 + 2)')
  })

  it.each([
    ['', 0, ''],
    ['1 +', 3, ''],
    ['a = 1', 2, 'Write == to compare'],
    ['a <> b', 3, 'Write != for'],
    ['a & & b', 4, 'without a space'],
    ['1K', 1, 'no suffixes'],
    ['linux x86', 6, 'quotes around a text'],
    ['(1', 2, ''],
    ['"abc', 0, 'for a quote inside'],
    ['a /* b', 2, ''],
    ['1.', 0, ''],
    ['1e+', 0, ''],
    ['a ? b', 5, 'test ? yes : no'],
    ['"a\\0b"', 0, ''],
    ['a @ b', 2, ''],
    ['f(1 2)', 4, ''],
  ])('refuses %j at position %i', (text, position, hint) => {
    const error = problem(text)
    expect(error.position).toBe(position)
    expect(error.hints.join()).toContain(hint)
  })

  it.each([
    ['parentheses', `${'('.repeat(5_000)}1${')'.repeat(5_000)}`],
    ['a chain', `1${'+1'.repeat(5_000)}`],
    ['negations', `${'-'.repeat(5_000)}a`],
    ['lists', '{'.repeat(5_000)],
    ['selections', `a${'.a'.repeat(5_000)}`],
    ['length', `"${'a'.repeat(100_000)}"`],
  ])('refuses %s without end instead of running out of stack', (_what, text) => {
    expect(() => parseExpression(text)).toThrow(ClassAdTooLargeError)
  })
})

describe('parseAd', () => {
  it('reads attributes in order, the last of a name counting', () => {
    const ad = parseAd('[;A = 1;; b = 2; a = 3;]')
    expect([...ad.attributes.values()].map(({ name }) => name)).toEqual(['a', 'b'])
    expect(attributeOf(ad, 'A')).toMatchObject({ value: { value: 3n } })
  })

  it.each([
    ['a = 1', 0],
    ['[a 1]', 3],
    ['[a = 1 b = 2]', 7],
    ['[a = 1', 6],
    ['[a = 1] 2', 8],
    ['[1 = 2]', 1],
  ])('refuses %j at position %i', (text, position) => {
    expect(() => parseAd(text)).toThrow(expect.objectContaining({ position }))
  })
})
