import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { evaluate, matchAds } from './match.ts'
import { parseAd, parseExpression } from './parser.ts'
import { printValue } from './printValue.ts'
import type { Mode } from './tokens.ts'
import type { Value } from './value.ts'

// Oracle: the C++ library of HTCondor, see PROVENANCE.json beside the vectors.
const FOLDER = new URL('../../../../../shared/vectors/', import.meta.url)
const FILES = {
  classad_doc_tables: 28,
  classad_functions_lexing: 405,
  classad_matchmaking: 838,
  classad_truth_tables: 3911,
  classad_fuzz: 2606,
}

type Case = {
  id: string
  mode: 'n' | 'o'
  left?: string
  right?: string
  expr: string
  type: string
  value: string
  match?: {
    symmetricMatch: string
    leftMatchesRight: string
    rightMatchesLeft: string
    leftRank: string
    rightRank: string
  }
}

const TYPES: Record<Value['type'], string> = {
  undefined: 'undefined',
  error: 'error',
  boolean: 'boolean',
  integer: 'integer',
  real: 'real',
  string: 'string',
  abstime: 'abstime',
  reltime: 'reltime',
  list: 'list',
  ad: 'classad',
}

function casesOf(name: string): Case[] {
  const file = new URL(`${name}.json`, FOLDER)
  if (!existsSync(file)) return []
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases
}

/** Type and value of a case as we have them. */
function answer({ mode: letter, left = '[]', right = '[]', expr }: Case): [string, string] {
  const mode: Mode = letter === 'o' ? 'old' : 'new'
  const my = parseAd(left, mode)
  const target = parseAd(right, mode)
  try {
    const value = evaluate(parseExpression(expr, mode), { my, target, mode })
    return [TYPES[value.type], printValue(value)]
  } catch {
    return ['PARSEFAIL', '']
  }
}

function matchAnswer({ mode: letter, left = '[]', right = '[]' }: Case): Case['match'] {
  const mode: Mode = letter === 'o' ? 'old' : 'new'
  const [my, target] = [parseAd(left, mode), parseAd(right, mode)]
  const rank = (side: typeof my, other: typeof my) =>
    printValue(evaluate(parseExpression('MY.Rank'), { my: side, target: other, mode }))
  const { leftRequirements, rightRequirements, symmetric } = matchAds(my, target, { mode })
  return {
    symmetricMatch: printValue(symmetric),
    leftMatchesRight: printValue(rightRequirements),
    rightMatchesLeft: printValue(leftRequirements),
    leftRank: rank(my, target),
    rightRank: rank(target, my),
  }
}

describe.skipIf(!existsSync(FOLDER))('the ClassAd vectors of shared/vectors', () => {
  it.each(Object.entries(FILES))('%s: agrees with HTCondor on all %i cases', (name, count) => {
    const cases = casesOf(name)
    expect(cases).toHaveLength(count)
    const wrong = cases.flatMap((vector) => {
      const [type, value] = answer(vector)
      if (type === vector.type && value === vector.value) return []
      return [
        `${vector.id} ${vector.mode} ${vector.expr}: ${type} ${value}, not ${vector.type} ${vector.value}`,
      ]
    })
    expect(wrong).toEqual([])
  })

  it.each(['classad_matchmaking', 'classad_fuzz'])(
    '%s: matches and ranks like HTCondor',
    (name) => {
      const matches = casesOf(name).filter(({ match }) => match !== undefined)
      expect(matches.length).toBeGreaterThan(800)
      const wrong = matches.filter((vector) => {
        return JSON.stringify(matchAnswer(vector)) !== JSON.stringify(vector.match)
      })
      expect(wrong.map(({ id }) => id)).toEqual([])
    },
  )
})
