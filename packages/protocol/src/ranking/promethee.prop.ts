import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Preference } from './preference.ts'
import { type Criterion, flowsOf, relationOf } from './promethee.ts'

const threshold = fc.integer({ min: 1, max: 40 })
const preference: fc.Arbitrary<Preference> = fc.oneof(
  fc.constant({ kind: 'usual' as const }),
  threshold.map((q) => ({ kind: 'uShape' as const, q })),
  threshold.map((p) => ({ kind: 'vShape' as const, p })),
  fc.tuple(threshold, threshold).map(([q, more]) => ({ kind: 'level' as const, q, p: q + more })),
  // Equal thresholds are a step.
  fc.tuple(threshold, fc.nat(40)).map(([q, more]) => ({ kind: 'linear' as const, q, p: q + more })),
  threshold.map((s) => ({ kind: 'gaussian' as const, s })),
)
const criterion: fc.Arbitrary<Criterion> = fc.record({
  weight: fc.integer({ min: 1, max: 9 }),
  goal: fc.constantFrom('min' as const, 'max' as const),
  preference,
})
const value = fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined, freq: 4 })
const problem = fc.integer({ min: 1, max: 5 }).chain((size) =>
  fc.record({
    criteria: fc.array(criterion, { minLength: size, maxLength: size }),
    alternatives: fc.array(fc.array(value, { minLength: size, maxLength: size }), {
      minLength: 1,
      maxLength: 7,
    }),
  }),
)

it('gives flows that are shares, that add up to 0, and to what the criteria say', () => {
  fc.assert(
    fc.property(problem, ({ criteria, alternatives }) => {
      const flows = flowsOf(criteria, alternatives)
      expect(flows.reduce((sum, { net }) => sum + net, 0)).toBeCloseTo(0, 10)
      for (const { positive, negative, net, byCriterion } of flows) {
        expect(Math.min(positive, negative)).toBeGreaterThanOrEqual(0)
        expect(Math.max(positive, negative)).toBeLessThanOrEqual(1 + 1e-12)
        expect(positive + negative).toBeLessThanOrEqual(1 + 1e-12)
        expect(byCriterion.reduce((a, b) => a + b, 0)).toBeCloseTo(net, 10)
      }
    }),
  )
})

it('does not change when all weights grow alike, or alternatives come in another order', () => {
  fc.assert(
    fc.property(problem, fc.integer({ min: 2, max: 50 }), ({ criteria, alternatives }, factor) => {
      const nets = flowsOf(criteria, alternatives).map(({ net }) => net)
      const scaled = criteria.map((one) => ({ ...one, weight: one.weight * factor }))
      flowsOf(scaled, alternatives).forEach(({ net }, i) => {
        expect(net).toBeCloseTo(nets[i] as number, 10)
      })
      flowsOf(criteria, alternatives.toReversed()).forEach(({ net }, i) => {
        expect(net).toBeCloseTo(nets.at(-1 - i) as number, 10)
      })
    }),
  )
})

it('never ranks lower what becomes better in one criterion', () => {
  const better = fc.tuple(problem, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 30 }))
  fc.assert(
    fc.property(better, ([{ criteria, alternatives }, a, j, by]) => {
      const [at, of] = [a % alternatives.length, j % criteria.length]
      const old = alternatives[at]?.[of]
      fc.pre(old !== undefined)
      const step = criteria[of]?.goal === 'max' ? by : -by
      const changed = alternatives.map((values, i) =>
        i === at ? values.with(of, (old as number) + step) : values,
      )
      const before = flowsOf(criteria, alternatives)[at]?.net ?? 0
      expect(flowsOf(criteria, changed)[at]?.net).toBeGreaterThanOrEqual(before - 1e-12)
    }),
  )
})

it('calls better only what stands higher, and turns round with its sides', () => {
  const turned = {
    better: 'worse',
    worse: 'better',
    equal: 'equal',
    incomparable: 'incomparable',
  } as const
  fc.assert(
    fc.property(problem, ({ criteria, alternatives }) => {
      const flows = flowsOf(criteria, alternatives)
      for (const mine of flows)
        for (const theirs of flows) {
          const relation = relationOf(mine, theirs)
          expect(relationOf(theirs, mine)).toBe(turned[relation])
          if (relation === 'better') expect(mine.net).toBeGreaterThan(theirs.net)
        }
    }),
  )
})
