import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BinaryOperator, type Expression, makeAd, type UnaryOperator } from './ast.ts'
import { ClassAdSyntaxError, ClassAdTooLargeError } from './errors.ts'
import { evaluate, matchAds } from './match.ts'
import { parseAd, parseExpression } from './parser.ts'
import { printAd, printExpression } from './printer.ts'
import { printValue } from './printValue.ts'

const UNARY: UnaryOperator[] = ['-', '+', '!', '~']
const BINARY: BinaryOperator[] = [
  ...(['||', '&&', '|', '^', '&', '==', '!=', '=?=', '=!=', '<', '<=', '>', '>='] as const),
  ...(['<<', '>>', '>>>', '+', '-', '*', '/', '%', '?:'] as const),
]
const FUNCTIONS = ['strcat', 'size', 'ifThenElse', 'regexp', 'eval', 'member', 'no such function']

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'B', 'MY', 'target', 'Requirements', '_x1') },
  fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !text.includes('\0')),
  fc.constantFrom('true', 'is', 'Undefined', 'two words', "it's"),
)
const text = fc.string({ maxLength: 8, unit: 'binary' }).filter((value) => !value.includes('\0'))

const value = fc.oneof(
  fc.constantFrom({ type: 'undefined' as const }, { type: 'error' as const }),
  fc.boolean().map((of) => ({ type: 'boolean' as const, value: of })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((of) => ({ type: 'integer' as const, value: of })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((of) => ({ type: 'real' as const, value: of })),
  text.map((of) => ({ type: 'string' as const, value: of })),
)

const { expression, ad } = fc.letrec<{ expression: Expression; ad: ReturnType<typeof makeAd> }>(
  (tie) => ({
    ad: fc
      .array(fc.tuple(name, tie('expression')), { maxLength: 3 })
      .map((attributes) => makeAd(attributes)),
    expression: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      value.map((of): Expression => ({ kind: 'literal', value: of, at: 0 })),
      fc.record({
        kind: fc.constant('reference' as const),
        scope: fc.constant(undefined),
        absolute: fc.boolean(),
        name,
        at: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('reference' as const),
        scope: tie('expression'),
        absolute: fc.constant(false),
        name,
        at: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('unary' as const),
        op: fc.constantFrom(...UNARY),
        operand: tie('expression'),
        at: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('binary' as const),
        op: fc.constantFrom(...BINARY),
        left: tie('expression'),
        right: tie('expression'),
        at: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('conditional' as const),
        test: tie('expression'),
        yes: fc.option(tie('expression'), { nil: undefined }),
        no: tie('expression'),
        at: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('subscript' as const),
        of: tie('expression'),
        index: tie('expression'),
        at: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('call' as const),
        name: fc.constantFrom(...FUNCTIONS),
        args: fc.array(tie('expression'), { maxLength: 3 }),
        at: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('list' as const),
        items: fc.array(tie('expression'), { maxLength: 3 }),
        at: fc.constant(0),
      }),
      fc.record({ kind: fc.constant('ad' as const), ad: tie('ad'), at: fc.constant(0) }),
    ),
  }),
)

/** The expression with every position 0, so that two of them can be compared. */
function placeless(node: unknown): unknown {
  if (node instanceof Map) return [...node].map(([key, inner]) => [key, placeless(inner)])
  if (Array.isArray(node)) return node.map(placeless)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, inner]) => [key, key === 'at' ? 0 : placeless(inner)]),
  )
}

describe('printing', () => {
  it('writes expressions that read back as they were', () => {
    fc.assert(
      fc.property(expression, (original) => {
        const written = printExpression(original)
        expect(placeless(parseExpression(written)), written).toEqual(placeless(original))
      }),
      { numRuns: 2_000 },
    )
  })

  it('writes ads that read back as they were', () => {
    fc.assert(
      fc.property(ad, (original) => {
        expect(placeless(parseAd(printAd(original)))).toEqual(placeless(original))
      }),
    )
  })
})

describe('evaluating', () => {
  it('gives any expression between any ads a value, in either mode', () => {
    fc.assert(
      fc.property(expression, ad, ad, fc.constantFrom('new', 'old'), (of, my, target, mode) => {
        expect(printValue(evaluate(of, { my, target, mode }))).not.toBe('')
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives the same value to the same expression', () => {
    fc.assert(
      fc.property(expression, ad, (of, my) => {
        expect(printValue(evaluate(of, { my }))).toBe(printValue(evaluate(of, { my })))
      }),
    )
  })

  it('matches two ads the same from either side', () => {
    fc.assert(
      fc.property(ad, ad, (left, right) => {
        const there = matchAds(left, right)
        const back = matchAds(right, left)
        expect([there.leftRank, there.rightRank]).toEqual([back.rightRank, back.leftRank])
        expect(printValue(there.leftRequirements)).toBe(printValue(back.rightRequirements))
      }),
    )
  })
})

describe('reading', () => {
  const words = ['(', ')', '[', ']', '{', '}', '?:', '?', ':', '.', '-', '=', '==', '"a"', "'b'"]
  const piece = fc.oneof(fc.constantFrom(...words, ...BINARY, ' ', 'a', '1', '1.5', ';', ','), text)

  it('reads any text or says where it stopped', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const source = pieces.join('')
        try {
          parseExpression(source)
        } catch (error) {
          if (error instanceof ClassAdTooLargeError) return
          expect(error).toBeInstanceOf(ClassAdSyntaxError)
          const { position } = error as ClassAdSyntaxError
          expect(position).toBeGreaterThanOrEqual(0)
          expect(position).toBeLessThanOrEqual(source.length)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})
