import { describe, expect, it } from 'vitest'
import { ClassAdTooLargeError } from './errors.ts'
import { evaluate, matchAds } from './match.ts'
import { parseAd, parseExpression } from './parser.ts'
import { printValue } from './printValue.ts'

function valueIn(text: string, ad: string, mode: 'new' | 'old' = 'new'): string {
  return printValue(evaluate(parseExpression(text), { my: parseAd(ad), mode }))
}

/** An ad of attributes a0, a1, ... up to a last one, each made from the next. */
function chain(length: number, link: (next: string) => string, last: string): string {
  const links = Array.from({ length }, (_, i) => `a${i} = ${link(`a${i + 1}`)}`)
  return `[${links.join(';')}; a${length} = ${last}]`
}

// Each of these ads is what a stranger might publish to stop whoever evaluates it.
describe('an ad of a stranger', () => {
  it('that doubles its work with every attribute is error, soon', () => {
    expect(
      valueIn(
        'a0',
        chain(60, (next) => `${next} + ${next}`, '1'),
      ),
    ).toBe('error')
    expect(
      valueIn(
        'a0',
        chain(10, (next) => `${next} + ${next}`, '1'),
      ),
    ).toBe('1024')
  })

  it('that doubles a text with every attribute is error, soon', () => {
    expect(
      valueIn(
        'a0',
        chain(60, (next) => `strcat(${next}, ${next})`, '"ab"'),
      ),
    ).toBe('error')
    expect(
      valueIn(
        'size(a0)',
        chain(8, (next) => `strcat(${next}, ${next})`, '"ab"'),
      ),
    ).toBe('512')
  })

  it('that refers to itself is undefined there', () => {
    expect(valueIn('a', '[a = a]')).toBe('undefined')
    expect(valueIn('a', '[a = b + 1; b = c + 1; c = a]')).toBe('undefined')
    expect(valueIn('isUndefined(a)', '[a = [b = a].b]')).toBe('true')
    expect(valueIn('a', '[a = self["a"]]')).toBe('undefined')
    expect(valueIn('a', '[a = eval("a")]')).toBe('undefined')
  })

  it('that refers to the other, which refers back, is undefined there', () => {
    const ad = parseAd('[Requirements = TARGET.Requirements]')
    expect(matchAds(ad, ad).matches).toBe(false)
  })

  it('that refers on and on is error', () => {
    expect(
      valueIn(
        'a0',
        chain(399, (next) => next, '7'),
      ),
    ).toBe('7')
    expect(
      valueIn(
        'a0',
        chain(2_000, (next) => next, '7'),
      ),
    ).toBe('error')
    const nested = chain(390, (next) => `sum({avg({max({${next}})})})`, '7')
    expect(valueIn('a0', nested)).toBe('error')
  })

  it('that evaluates texts it makes itself stops', () => {
    expect(valueIn('a', `[a = eval("eval(\\"eval(b)\\")"); b = "eval(b)"]`)).toBe('error')
    expect(
      valueIn(
        'eval(a0)',
        chain(60, (next) => `strcat(${next}, "+", ${next})`, '"1"'),
      ),
    ).toBe('error')
  })

  it('that selects from lists of lists of itself stops', () => {
    expect(
      valueIn('size(a.a.a.a.a)', '[a = {self, self, self, self, self, self, self, self}]'),
    ).toMatch(/^(8|error)$/)
  })

  it('with a pattern that backtracks without end is answered, soon', () => {
    const evil = `regexp("^(a+)+$", "${'a'.repeat(60)}!")`
    expect(valueIn(evil, '[]')).toBe('false')
    expect(valueIn(`regexp("(a*)*b", "${'a'.repeat(2_000)}")`, '[]')).toBe('false')
    expect(valueIn(`regexp("(x{500}){500}", "x")`, '[]')).toBe('error')
    expect(valueIn(`regexp("${'('.repeat(5_000)}", "x")`, '[]')).toBe('error')
    expect(valueIn(`regexp("a.{900}b", a)`, `[a = "${'a'.repeat(60_000)}"]`)).toBe('error')
  })

  it('that sorts through a long list many times is error, soon', () => {
    const list = `{${'1,'.repeat(10_000)}}`
    expect(
      valueIn(
        'a0',
        `${chain(20, (next) => `sum(list) + ${next}`, '1').slice(0, -1)}; list = ${list}]`,
      ),
    ).toBe('error')
  })

  it('that nests deeper than it may is refused when it is read', () => {
    const deep = `[a = ${'('.repeat(100_000 / 4)}1]`
    expect(() => parseAd(deep)).toThrow(ClassAdTooLargeError)
    expect(() => parseAd(`[a = ${'-'.repeat(10_000)} b]`)).toThrow(ClassAdTooLargeError)
  })
})
