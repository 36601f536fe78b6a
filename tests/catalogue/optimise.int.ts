import type { Runtime } from '@millrace/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRuntime, output, text } from './runApp.ts'
import { programOf } from './runs.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime()
})
afterAll(() => runtime.close())
const { run, runBag } = programOf(() => runtime, 'optimise')
type Best = { value: number; above: number; evaluations: number; point: number[] }

/** Published minima: value, and point where it is single. */
const MINIMA: [string, number, number, number[] | undefined][] = [
  ['rastrigin', 5, 0, [0, 0, 0, 0, 0]],
  ['ackley', 5, 0, [0, 0, 0, 0, 0]],
  ['griewank', 5, 0, [0, 0, 0, 0, 0]],
  ['rosenbrock', 5, 0, [1, 1, 1, 1, 1]],
  ['schwefel', 5, 0, [420.9687, 420.9687, 420.9687, 420.9687, 420.9687]],
  ['levy', 5, 0, [1, 1, 1, 1, 1]],
  ['styblinski', 3, -117.4985, [-2.903534, -2.903534, -2.903534]],
  ['michalewicz', 5, -4.687658, undefined],
  ['eggholder', 2, -959.6407, [512, 404.2319]],
  // Two minima, of opposite sign.
  ['camel', 2, -1.0316285, undefined],
]

describe('the known minimum', () => {
  it.each(MINIMA)(
    'of %s in %d dimensions is found by a bag that splits the box',
    async (...row) => {
      const [name, dimensions, minimum, point] = row
      // Its valley is narrow and bent.
      const rounds = name === 'rosenbrock' ? 2500 : 800
      const args = [
        '--function',
        name,
        '--dimensions',
        String(dimensions),
        '--generations',
        String(rounds),
      ]
      const joined = await runBag(4, [...args, '--part', '{i}', '--parts', '{n}'])
      const best = JSON.parse(text(output(joined, 'best.json'))) as Best
      expect(best.value).toBeCloseTo(minimum, 3)
      expect(Math.abs(best.above)).toBeLessThan(1e-3)
      expect(best.evaluations).toBe(4 * 60 * (rounds + 1))
      point?.forEach((x, i) => {
        expect(Math.abs((best.point[i] as number) - x)).toBeLessThan(0.02)
      })
    },
  )
})

it('searches every share of the box, each within its own sides', async () => {
  const args = ['--function', 'eggholder', '--generations', '50', '--part', '{i}', '--parts', '{n}']
  const rows = text(output(await runBag(6, args), 'shares.csv'))
    .trim()
    .split('\n')
    .slice(1)
  // 6 = 3 * 2: thirds of the first variable, halves of the second.
  rows.forEach((row, i) => {
    const point = (row.split(',')[3] ?? '').split(' ').map(Number)
    const sides = [3, 2].map((cuts) => 1024 / cuts)
    const places = [i % 3, Math.floor(i / 3)]
    point.forEach((x, axis) => {
      const from = -512 + (places[axis] as number) * (sides[axis] as number)
      expect(x).toBeGreaterThanOrEqual(from - 1e-9)
      expect(x).toBeLessThanOrEqual(from + (sides[axis] as number) + 1e-9)
    })
  })
  expect(rows).toHaveLength(6)
})

it.each([
  [['--function', 'nothing'], '--function is nothing, but must be one of rastrigin'],
  [['--function', 'camel', '--dimensions', '3'], '--dimensions of camel must be 2'],
  [['--part', '4', '--parts', '4'], '--part is 4, but must be 0 to 3'],
  [['--assemble'], 'no best.csv below /in'],
])('refuses %j with what is wrong', async (args, words) => {
  const result = await run(args)
  expect(result).toMatchObject({ status: 'exit', exitCode: 2 })
  expect(text(result.stderr)).toContain(words)
})
