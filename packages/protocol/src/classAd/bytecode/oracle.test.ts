import { describe, expect, it } from 'vitest'
import { evaluateProgram, matchesAds } from './evaluateProgram.ts'
import { hasOracle, ORACLE_FILES, oracleCases, vectorsOf } from './oracleCases.ts'

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
})
