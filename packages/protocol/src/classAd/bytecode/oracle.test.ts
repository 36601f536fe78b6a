import { type Hex, hexToBytes } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { attributeOf, type ClassAd } from '../ast.ts'
import { parseAd } from '../parser.ts'
import { SIDE } from './adEncodingError.ts'
import { compileAd } from './compileAd.ts'
import { evaluateProgram, matchesAds } from './evaluateProgram.ts'
import { hasOracle, ORACLE_FILES, oracleCases, vectorsOf } from './oracleCases.ts'
import { readTable } from './table.ts'

/** Thousands of ads, each attribute of which is compiled with all that it depends on. */
const PATIENCE_MS = 60_000

describe.skipIf(!hasOracle)('byte code gives what HTCondor answers', () => {
  it.each(ORACLE_FILES)(
    'in every case of the subset in classad_%s.json',
    (file) => {
      const vectors = vectorsOf(file)
      expect(vectors.length).toBeGreaterThan(20)
      // One comparison at the end: an expectation for each of thousands takes seconds.
      const wrong = vectors.flatMap((vector) => {
        const { cases, match } = oracleCases(vector)
        const values = cases.filter(({ program, my, target, expected }) => {
          const { kind, word } = evaluateProgram(program, my, target)
          return kind !== expected.kind || word !== expected.word
        })
        const isWrongMatch =
          match !== undefined && matchesAds(match.left, match.right) !== match.expected
        return [...values.map(({ id }) => id), ...(isWrongMatch ? [match.id] : [])]
      })
      expect(wrong).toEqual([])
    },
    PATIENCE_MS,
  )

  it(
    'for whole ads, wherever none of their attributes depends on the other ad',
    () => {
      let compared = 0
      for (const vector of [...vectorsOf('matchmaking'), ...vectorsOf('fuzz')]) {
        const { left = '', right = '', mode } = vector
        if (mode !== 'n') continue
        const whole = [left, right].map((text) => wholeAd(text))
        if (whole[0] === undefined || whole[1] === undefined) continue
        const { match } = oracleCases(vector)
        expect(matchesAds(whole[0], whole[1]), vector.id).toBe(match?.expected)
        compared++
      }
      expect(compared).toBeGreaterThan(300)
    },
    PATIENCE_MS,
  )
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
