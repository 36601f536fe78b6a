import { hexToBytes } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { ClassAdTooLargeError } from '../errors.ts'
import { flatValue } from './cell.ts'
import { compileAd, compileProgram } from './compileAd.ts'
import { evaluateProgram, matchesAds } from './evaluateProgram.ts'
import { ClassAdNotOnChainError } from './notOnChainError.ts'

const NOTHING = '[]'
/** Value of an expression against two ads. */
function value(expression: string, my = NOTHING, target = NOTHING) {
  return flatValue(evaluateProgram(compileProgram(expression), compileAd(my), compileAd(target)))
}

function refusal(make: () => unknown): ClassAdNotOnChainError {
  try {
    make()
  } catch (error) {
    if (error instanceof ClassAdNotOnChainError) return error
    throw error
  }
  throw new Error('it was compiled')
}

describe('compileAd', () => {
  it('matches a request with a pool that has what it asks for', () => {
    const request =
      '[ MaxPrice = 5; Requirements = TARGET.MemoryMiB >= 2048 && TARGET.Arch == "X86_64" && TARGET.Price <= MaxPrice ]'
    const pool = (memory: number) =>
      `[ memorymib = ${memory}; Arch = "x86_64"; Price = 4; Requirements = TARGET.MaxPrice > 1 ]`
    expect(matchesAds(compileAd(pool(2048)), compileAd(request))).toBe(true)
    expect(matchesAds(compileAd(pool(2047)), compileAd(request))).toBe(false)
  })

  it('computes with the full language what does not depend on the other ad', () => {
    const memory = value('MemoryMiB', '[ MemoryMiB = int(1.5 * 1024) ]')
    expect(memory).toEqual({ type: 'integer', value: 1536n })
    expect(value('Name', '[ Part = "a"; Name = toUpper(strcat(Part, "b")) ]')).toEqual({
      type: 'string',
      value: 'AB',
    })
  })

  it('writes out an attribute that depends on the other ad where requirements use it', () => {
    const ad = '[ Trusted = TARGET.Owner != "rival"; Requirements = Trusted && true ]'
    expect(matchesAds(compileAd(ad), compileAd('[ Owner = "friend" ]'))).toBe(true)
    expect(matchesAds(compileAd(ad), compileAd('[ Owner = "Rival" ]'))).toBe(false)
    expect(value('TARGET.Trusted', NOTHING, ad)).toEqual({ type: 'undefined' })
  })

  it('makes undefined of what depends on itself, and of what the ad does not have', () => {
    const circular =
      '[ a = TARGET.x + b; b = a; Requirements = isUndefined(a) && isUndefined(nope) ]'
    expect(matchesAds(compileAd(circular), compileAd('[ x = 1 ]'))).toBe(true)
  })

  it('advertises neither requirements nor rank', () => {
    const ad = '[ Rank = 2.5; Requirements = true ]'
    expect(
      value('isUndefined(TARGET.Requirements) && isUndefined(TARGET.Rank)', NOTHING, ad),
    ).toEqual({
      type: 'boolean',
      value: true,
    })
  })

  it('gives the same bytes whatever the order and the capitals of names', () => {
    expect(compileAd('[ a = 1; B = "x" ]')).toBe(compileAd('[ b = "x"; A = 1 ]'))
    expect(hexToBytes(compileAd(NOTHING))).toEqual(Uint8Array.of(1, 0))
  })

  it.each([
    ['TARGET.a >= 0.5', 'the real value', 12],
    ['member(TARGET.a, {1})', 'the function member', 0],
    ['TARGET.a == {1}', 'a list', 12],
    ['TARGET.a | 1', 'the operator |', 9],
    ['~TARGET.a', 'the operator ~', 0],
    ['.a', 'the absolute name .a', 0],
    ['TARGET.a[1]', 'a subscript', 8],
    ['[ a = TARGET.x ]', 'a nested ad', 0],
    [`TARGET.a == "${'x'.repeat(33)}"`, `the string "${'x'.repeat(33)}"`, 12],
    [`TARGET.${'n'.repeat(32)}`, `the name ${'n'.repeat(32)}`, 6],
  ])('refuses %s, naming %s', (expression, construct, position) => {
    const error = refusal(() => compileProgram(expression))
    expect(error.message).toBe(
      `ClassAd: ${construct} at position ${position} cannot be evaluated on chain.`,
    )
    expect(error.hints[0]).not.toBe('')
  })

  it('refuses attributes with values that are none on chain, and too many', () => {
    expect(refusal(() => compileAd('[ Load = 0.5 ]')).position).toBe(9)
    const many = Array.from({ length: 33 }, (_, i) => `a${i} = ${i}`).join(';')
    expect(() => compileAd(`[${many}]`)).toThrow(ClassAdTooLargeError)
  })

  it('refuses expressions with more nodes, or more values waiting, than the contract takes', () => {
    const sum = (terms: number) => Array.from({ length: terms }, () => 'TARGET.a').join('+')
    expect(() => compileProgram(sum(32))).not.toThrow()
    expect(() => compileProgram(sum(33))).toThrow(/nodes of the expression is 65/)
    const nested = (depth: number): string => (depth === 1 ? '1' : `1+(${nested(depth - 1)})`)
    expect(() => compileProgram(nested(16))).not.toThrow()
    expect(() => compileProgram(nested(17))).toThrow(/values waiting for an operator is 17/)
  })

  it('stops where attributes double in length with each other', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `a${i} = a${i + 1} + a${i + 1}`).join(';')
    expect(() => compileAd(`[${doubling}; a60 = TARGET.x; Requirements = a0 > 0]`)).toThrow(
      ClassAdTooLargeError,
    )
  })
})
