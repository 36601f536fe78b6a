import { type Hex, hexToBytes } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { attributeOf, type ClassAd } from '../ast.ts'
import { parseAd } from '../parser.ts'
import { SIDE } from './adEncodingError.ts'
import { compileAd } from './compileAd.ts'
import { evaluateProgram, matchesAds } from './evaluateProgram.ts'
import { hasOracle, ORACLE_FILES, oracleCases, vectorsOf } from './oracleCases.ts'
import { readTable } from './table.ts'

describe.skipIf(!hasOracle)('byte code gives what HTCondor answers', () => {
  it.each(ORACLE_FILES)('in every case of the subset in classad_%s.json', (file) => {
    const vectors = vectorsOf(file)
    expect(vectors.length).toBeGreaterThan(20)
    for (const vector of vectors) {
      const { cases, match } = oracleCases(vector)
      for (const { id, program, my, target, expected } of cases) {
        expect({ id, ...evaluateProgram(program, my, target) }).toEqual({ id, ...expected })
      }
      if (match === undefined) continue
      expect(matchesAds(match.left, match.right), match.id).toBe(match.expected)
    }
  })

  it('for whole ads, wherever none of their attributes depends on the other ad', () => {
    let compared = 0
    for (const vector of [...vectorsOf('matchmaking'), ...vectorsOf('fuzz')]) {
      const { left = '', right = '', mode } = vector
      const match = oracleCases(vector).match
      const whole = [left, right].map((text) => wholeAd(text))
      if (mode !== 'n' || whole[0] === undefined || whole[1] === undefined) continue
      expect(matchesAds(whole[0], whole[1]), vector.id).toBe(match?.expected)
      compared++
    }
    expect(compared).toBeGreaterThan(300)
  })
})

/** Undefined when the other ad could see the difference: what is not advertised, or asks nothing. */
function wholeAd(text: string): Hex | undefined {
  const ad: ClassAd = parseAd(text)
  if (/target\.(requirements|rank)/i.test(text)) return undefined
  if (attributeOf(ad, 'requirements') === undefined) return undefined
  const hidden = attributeOf(ad, 'rank') === undefined ? 1 : 2
  const compiled = compileAd(ad)
  const { entries } = readTable(SIDE.left, hexToBytes(compiled))
  return entries.length === ad.attributes.size - hidden ? compiled : undefined
}
