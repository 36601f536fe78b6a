import { seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { ENVIRONMENTS, nodeTimes } from '../availability.ts'
import { type Node, type Strategy, simulateBag } from './simulateBag.ts'

const FOREVER = { fromSec: 0, untilSec: 1e9 }
const node = (...times: (typeof FOREVER)[]): Node => ({ speed: 1000, times: times.values() })
const bagOf = (tasks: number, sec: number) => Array.from({ length: tasks }, () => sec * 1000)
const NINE_C: Strategy = { trigger: 'completed', sizing: 'conservative', deployment: 'reschedule' }

const grid = (seed: number, nodes = 30): Node[] =>
  Array.from({ length: nodes }, (_, i) => ({
    speed: 1000,
    times: nodeTimes(ENVIRONMENTS.nd, seededRandom(1000 * seed + i)),
  }))

describe('simulateBag', () => {
  it('runs tasks one after the other on a node that stays', () => {
    const run = simulateBag(bagOf(3, 60), [node(FOREVER)])
    expect(run).toMatchObject({ doneSec: [60, 120, 180], assignedSec: [0, 60, 120], helpers: 0 })
  })

  it('gives a task out again a quarter of an hour after its node has gone', () => {
    const [short, later] = [
      { fromSec: 0, untilSec: 50 },
      { fromSec: 100, untilSec: 5000 },
    ]
    const run = simulateBag(bagOf(1, 60), [node(short, later)])
    expect(run.doneSec).toEqual([50 + 900 + 60])
    expect(run.assignedSec).toEqual([0])
  })

  it('says when nodes cannot finish a bag', () => {
    const gone = { fromSec: 0, untilSec: 50 }
    expect(() => simulateBag(bagOf(2, 60), [node(gone)])).toThrow(/2 of 2 tasks never end/)
  })

  it('is the same bit for bit while help has not begun, and when it never does', () => {
    const bag = bagOf(100, 600)
    const plain = simulateBag(bag, grid(3))
    const helped = simulateBag(bag, grid(3), NINE_C)
    expect(helped.doneSec.slice(0, 90)).toEqual(plain.doneSec.slice(0, 90))
    const never = simulateBag(bagOf(5, 60), [node(FOREVER)], { ...NINE_C, trigger: 'variance' })
    expect(never).toEqual(simulateBag(bagOf(5, 60), [node(FOREVER)]))
  })

  it.each(['reschedule', 'late', 'duplicate'] as const)(
    'takes a task over from a node that is too slow, by %s',
    (deployment) => {
      const nodes = () => [
        ...Array.from({ length: 10 }, () => node(FOREVER)),
        { ...node(FOREVER), speed: 50 },
      ]
      const bag = bagOf(100, 600)
      expect(simulateBag(bag, nodes()).doneSec.at(-1)).toBe(12_000)
      const helped = simulateBag(bag, nodes(), { ...NINE_C, deployment })
      expect(helped.doneSec.at(-1)).toBeLessThan(6700)
      expect(helped.doneSec).toHaveLength(100)
    },
  )

  it('ends no later for help, and never spends more than its budget', () => {
    for (let seed = 0; seed < 12; seed++)
      for (const deployment of ['reschedule', 'late', 'duplicate', 'flat'] as const) {
        const bag = bagOf(150, 900)
        const plain = simulateBag(bag, grid(seed))
        const helped = simulateBag(bag, grid(seed), { ...NINE_C, deployment })
        expect(helped.spent).toBeLessThanOrEqual(helped.budget + 1e-9)
        expect(helped.doneSec).toHaveLength(150)
        expect(helped.helperShare).toBeLessThanOrEqual(0.3 + 1e-9)
        if (deployment !== 'flat')
          expect(helped.doneSec.at(-1)).toBeLessThanOrEqual(plain.doneSec.at(-1) as number)
      }
  })

  it('costs less work when copies are late', () => {
    const works = (['late', 'reschedule'] as const).map((deployment) => {
      const runs = [1, 2, 3, 4, 5, 6].map((seed) =>
        simulateBag(bagOf(150, 3600), grid(seed), { ...NINE_C, deployment }),
      )
      return runs.reduce((sum, { helperShare }) => sum + helperShare, 0)
    })
    expect(works[0]).toBeLessThan(works[1] as number)
  })
})
