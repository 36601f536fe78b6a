import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from './compilePattern.ts'
import { search } from './search.ts'

// The engine of JavaScript is the oracle: on this subset it follows Perl as ours does.

const unit = fc.constantFrom(
  'a',
  'b',
  'c',
  '.',
  '\\d',
  '\\w',
  '\\W',
  '[ab]',
  '[^a]',
  '[a-c1-2]',
  '1',
)
const edge = fc.constantFrom('^', '$', '\\b', '\\B')
const count = fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,}', '{1,2}?')

const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    unit,
    edge,
    fc.tuple(unit, count).map(([one, times]) => one + times),
    // Engines differ in how they repeat what may be empty, so what is repeated has a unit in it.
    fc.tuple(tie('pattern'), unit, count).map(([inner, one, times]) => `(${inner}${one})${times}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
  ),
}))
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', 'A', '-'), maxLength: 12 })

function placeOf(source: string, target: string, options: string): number[] | undefined {
  const compiled = compilePattern(source, options)
  if (compiled === undefined) throw new RangeError(`${source} was refused`)
  const found = search(compiled, target, 0)
  return typeof found === 'object' ? [found.start, found.end] : undefined
}

describe('search', () => {
  it('finds what the engine of JavaScript finds, in the same place', () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (source, target, ignoreCase) => {
        const theirs = new RegExp(source, ignoreCase ? 'i' : '').exec(target)
        const place = theirs === null ? undefined : [theirs.index, theirs.index + theirs[0].length]
        expect(placeOf(source, target, ignoreCase ? 'i' : ''), source).toEqual(place)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('compilePattern', () => {
  it.each([
    '(',
    ')',
    '[a',
    'a**',
    '*',
    'a{2,1}',
    '\\',
    '(?=a)',
    '(?i)a',
    '\\1',
    '[b-a]',
    'a++',
    '[[:no:]]',
  ])('has no pattern for %s', (source) => {
    expect(compilePattern(source, '')).toBeUndefined()
  })

  it.each([
    ['[[:alpha:]]+[[:^digit:]]', '1ab!', 'ab!'],
    ['\\x41\\x{42}\\t', 'AB\t', 'AB\t'],
    ['a b # words', 'ab', 'ab', 'x'],
    ['a.b', 'a\nb', 'a\nb', 's'],
    ['^b$', 'a\nb\nc', 'b', 'm'],
    ['b$', 'ab\n', 'b'],
    ['[]a]+', 'x]a', ']a'],
    ['[a\\-z]+', 'b-z', '-z'],
    ['[a-]+', 'b-a', '-a'],
    ['{', '{', '{'],
  ])('finds %j in %j', (source, target, found, options = '') => {
    const compiled = compilePattern(source, options)
    const match = compiled === undefined ? undefined : search(compiled, target, 0)
    expect(typeof match === 'object' ? target.slice(match.start, match.end) : match).toBe(found)
  })

  it('keeps the groups that took part', () => {
    const compiled = compilePattern('(a)|(b)(c)?', '')
    const match = compiled === undefined ? undefined : search(compiled, 'xb', 0)
    expect(match).toEqual({
      start: 1,
      end: 2,
      groups: [
        { start: 1, end: 2 },
        { start: -1, end: -1 },
        { start: 1, end: 2 },
        { start: -1, end: -1 },
      ],
    })
  })
})
