import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Preference } from './preference.ts'
import { type Criterion, type Flows, flowsOf, type Relation, relationOf } from './promethee.ts'

// Independent oracle in 40 digits, cross-checked with other programs; see PROVENANCE.json beside it.
const VECTORS = new URL('../../../../../shared/vectors/promethee.json', import.meta.url)

type Case = {
  name: string
  alternatives: string[]
  matrix: number[][]
  criteria: {
    dir: 'min' | 'max'
    type: number
    weight: number
    q?: number
    p?: number
    s?: number
  }[]
  phi_plus: string[]
  phi_minus: string[]
  phi_net: string[]
  pi: string[][]
  ranking: string[]
  promethee1: [string, string, 'P' | 'P-' | 'I' | 'R'][]
}

const cases = existsSync(VECTORS)
  ? (JSON.parse(readFileSync(VECTORS, 'utf8')) as { cases: Case[] }).cases
  : []

const PREFERENCES: ((parameters: { q: number; p: number; s: number }) => Preference)[] = [
  () => ({ kind: 'usual' }),
  ({ q }) => ({ kind: 'uShape', q }),
  ({ p }) => ({ kind: 'vShape', p }),
  ({ q, p }) => ({ kind: 'level', q, p }),
  ({ q, p }) => ({ kind: 'linear', q, p }),
  ({ s }) => ({ kind: 'gaussian', s }),
]

function toCriterion({ dir, type, weight, q = 0, p = 0, s = 0 }: Case['criteria'][number]) {
  const preference = PREFERENCES[type - 1]?.({ q, p, s })
  if (preference === undefined) throw new RangeError(`type ${type}`)
  return { goal: dir, weight, preference } satisfies Criterion
}

const RELATIONS: Record<string, Relation> = {
  P: 'better',
  'P-': 'worse',
  I: 'equal',
  R: 'incomparable',
}

describe.skipIf(!existsSync(VECTORS))('the vectors of shared/vectors/promethee.json', () => {
  it('are all there', () => {
    // Its `meta.count` says 44; so many are in it.
    expect(cases).toHaveLength(32)
  })

  it.each(cases)('gives the flows of: $name', ({ matrix, criteria, ...expected }) => {
    const flows = flowsOf(criteria.map(toCriterion), matrix)
    const off = (got: number[], want: string[]) =>
      Math.max(...got.map((number, i) => Math.abs(number - Number(want[i]))))
    const [positive, negative, net] = (['positive', 'negative', 'net'] as const).map((key) =>
      flows.map((flow) => flow[key]),
    ) as [number[], number[], number[]]
    expect(off(positive, expected.phi_plus)).toBeLessThan(1e-12)
    expect(off(negative, expected.phi_minus)).toBeLessThan(1e-12)
    expect(off(net, expected.phi_net)).toBeLessThan(1e-12)
  })

  it.each(cases)('gives the preferences of each pair of: $name', ({ matrix, criteria, pi }) => {
    const rules = criteria.map(toCriterion)
    const pairs = pi.flatMap((row, a) => row.map((text, b) => ({ a, b, text })))
    for (const { a, b, text } of pairs.filter((pair) => pair.a !== pair.b)) {
      const [first] = flowsOf(rules, [matrix[a] ?? [], matrix[b] ?? []])
      expect(first?.positive, `${a}, ${b}`).toBeCloseTo(Number(text), 12)
    }
  })

  it.each(cases)('ranks and relates as in: $name', ({ alternatives, ranking, ...given }) => {
    const flows = flowsOf(given.criteria.map(toCriterion), given.matrix)
    const flowOf = (name: string) => flows[alternatives.indexOf(name)] as Flows
    for (const [i, name] of ranking.slice(1).entries())
      expect(flowOf(ranking[i] as string).net).toBeGreaterThanOrEqual(flowOf(name).net - 1e-12)
    for (const [a, b, relation] of given.promethee1)
      expect(relationOf(flowOf(a), flowOf(b)), `${a}, ${b}`).toBe(RELATIONS[relation])
  })
})

describe('flowsOf', () => {
  const usual = { goal: 'max', weight: 1, preference: { kind: 'usual' } } as const

  it('lets what is not known neither win nor lose', () => {
    const flows = flowsOf([usual], [[1], [undefined], [3]])
    expect(flows.map(({ net }) => net)).toEqual([-0.5, 0, 0.5])
    expect(flows[1]).toEqual({ positive: 0, negative: 0, net: 0, byCriterion: [0] })
  })

  it('does not take what is not known for 0', () => {
    const cheap = { ...usual, goal: 'min' } as const
    const [known, unknown] = flowsOf([cheap], [[5], [undefined]])
    expect(known?.net).toBe(unknown?.net)
  })

  it('gives one alternative alone a flow of 0', () => {
    expect(flowsOf([usual], [[7]])[0]?.net).toBe(0)
    expect(flowsOf([usual], [])).toEqual([])
  })

  it('says what each criterion adds', () => {
    const [first] = flowsOf(
      [usual, { ...usual, goal: 'min', weight: 3 }],
      [
        [9, 9],
        [1, 1],
      ],
    )
    expect(first).toMatchObject({ net: -0.5, byCriterion: [0.25, -0.75] })
  })

  it('refuses weights and values that mean nothing', () => {
    for (const weight of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => flowsOf([{ ...usual, weight }], [[1]]), `${weight}`).toThrow(RangeError)
    expect(() => flowsOf([usual], [[Number.NaN]])).toThrow(RangeError)
    expect(() => flowsOf([usual], [[1, 2]])).toThrow(RangeError)
  })
})
