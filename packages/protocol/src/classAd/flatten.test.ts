import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { flatten } from './flatten.ts'
import { evaluate, matchAds } from './match.ts'
import { parseAd, parseExpression } from './parser.ts'
import { printAd } from './printer.ts'
import { printValue } from './printValue.ts'

const FUZZ = new URL('../../../../../shared/vectors/classad_fuzz.json', import.meta.url)

function flat(text: string): string {
  return printAd(flatten(parseAd(text)))
}

describe('flatten', () => {
  it('computes chains of attributes and leaves what depends on the other ad', () => {
    expect(flat('[a = b + 1; b = c * 2; c = 5; d = a < TARGET.x; e = d && c > 4]')).toBe(
      '[ a = 11; b = 10; c = 5; d = a < TARGET.x; e = d && true ]'.replace('a <', '11 <'),
    )
  })

  it('computes with what the chain does not have', () => {
    expect(flat('[Mem = int(1.5 * 1024); Tags = {"a", "b"}; Fits = member("a", Tags)]')).toBe(
      '[ Mem = 1536; Tags = { "a","b" }; Fits = true ]',
    )
  })

  it('makes missing names and circles undefined', () => {
    expect(flat('[a = nothing; b = b; c = d; d = c; e = isUndefined(d)]')).toBe(
      '[ a = undefined; b = undefined; c = undefined; d = undefined; e = true ]',
    )
  })

  it('takes MY and SELF as the ad itself', () => {
    expect(flat('[a = MY.b; b = self.c; c = 7; r = TARGET.x > my.a]')).toBe(
      '[ a = 7; b = 7; c = 7; r = TARGET.x > 7 ]',
    )
  })

  it.each(['time()', 'random(5)', 'eval("TARGET.x")', '.x', 'parent.x', 'LEFT.x', 'other.x'])(
    'leaves %s to whoever evaluates it',
    (open) => {
      expect(flat(`[a = ${open}; b = a + 1]`)).toBe(`[ a = ${open}; b = a + 1 ]`)
    },
  )

  it('leaves the attributes of nested ads in their place', () => {
    expect(flat('[x = 1; n = [x = 2; y = x + TARGET.z]; m = [x = 3; y = x].y]')).toBe(
      '[ x = 1; n = [ x = 2; y = x + TARGET.z ]; m = 3 ]',
    )
  })

  it.skipIf(!existsSync(FUZZ))('changes no value and no match of the fuzz vectors', () => {
    const { cases } = JSON.parse(readFileSync(FUZZ, 'utf8')) as {
      cases: { id: string; mode: string; left: string; right: string; expr: string }[]
    }
    const own = cases.filter(({ mode }) => mode === 'n')
    expect(own.length).toBeGreaterThan(1_000)
    for (const { id, left, right, expr } of own) {
      const [my, target] = [parseAd(left), parseAd(right)]
      const [flatMy, flatTarget] = [flatten(my), flatten(target)]
      const expression = parseExpression(expr)
      expect(printValue(evaluate(expression, { my: flatMy, target: flatTarget })), id).toBe(
        printValue(evaluate(expression, { my, target })),
      )
      expect(matchAds(flatMy, flatTarget), id).toEqual(matchAds(my, target))
    }
  })
})
