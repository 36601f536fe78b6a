import type { Runtime } from '@millrace/runtime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRuntime, text } from './runApp.ts'
import { programOf, table } from './runs.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime()
})
afterAll(() => runtime.close())
const { run, runBag } = programOf(() => runtime, 'plasma')
const TASKS = 4
const bag = (particles: number, args: string[]) =>
  runBag(TASKS, ['--stream', '{i}', '--particles', String(particles), ...args])

/** Moments of an Ornstein-Uhlenbeck process in three dimensions that starts at one velocity. */
function limit(energy: number, time: number): { drift: number; energy: number; fourth: number } {
  const mean = Math.sqrt(2 * energy) * Math.exp(-time)
  const spread = 1 - Math.exp(-2 * time)
  const square = mean ** 2 + 3 * spread
  const fourth = mean ** 4 + 10 * mean ** 2 * spread + 15 * spread ** 2
  return { drift: mean, energy: square / 2, fourth }
}

it.each([
  ['its own limit', '0', 0],
  ['very heavy ions with Coulomb collisions', '5000', 0.004],
])('moments of %s are those of Ornstein and Uhlenbeck', async (_, mass, slack) => {
  const rows = table(
    await bag(3000, ['--mass', mass, '--time', '2', '--steps', '200']),
    'relaxation.csv',
  )
  expect(rows).toHaveLength(201)
  for (const [time = 0, drift = 0, , energy = 0, , error = 0, fourth = 0] of rows) {
    const exact = limit(10, time)
    expect(Math.abs(energy - exact.energy)).toBeLessThanOrEqual(
      4.5 * error + slack * exact.energy + 1e-6,
    )
    expect(Math.abs(drift - exact.drift)).toBeLessThan(0.045 + slack * exact.drift)
    expect(Math.abs(fourth / exact.fourth - 1)).toBeLessThan(0.06)
  }
})

it('ions as light as the background end in a Maxwellian', async () => {
  const args = ['--mass', '1', '--energy', '1.5', '--time', '5', '--steps', '500']
  const result = await bag(1000, args)
  const ions = 1000 * TASKS
  let chiSquare = 0
  let [rest, restExact] = [0, 0]
  const density = (v: number) => Math.sqrt(2 / Math.PI) * v * v * Math.exp((-v * v) / 2)
  for (const [speed = 0, share = 0] of table(result, 'speeds.csv')) {
    // Simpson over the bin.
    const [a, b] = [speed, speed + 0.1]
    const exact = ((density(a) + 4 * density((a + b) / 2) + density(b)) / 6) * 0.1
    rest += share
    restExact += exact
    if (restExact * ions < 10) continue
    chiSquare += (ions * (rest - restExact) ** 2) / restExact
    rest = 0
    restExact = 0
  }
  // Some 37 bins of at least ten ions: a thousandth of samples would be above 70.
  expect(chiSquare).toBeLessThan(70)
})

/** Chandrasekhar's friction of slow-ion collision times, its error function by quadrature. */
function friction(speed: number, mass: number): number {
  const x = speed / Math.sqrt(2 * mass)
  let erf = 0
  for (let i = 0; i < 2000; i++) erf += Math.exp(-(((x * (i + 0.5)) / 2000) ** 2))
  erf *= (2 / Math.sqrt(Math.PI)) * (x / 2000)
  const g = (erf - ((2 * x) / Math.sqrt(Math.PI)) * Math.exp(-x * x)) / (2 * x * x)
  return (1.5 * Math.sqrt(Math.PI) * (1 + 1 / mass) * g) / x
}

it.each([1, 4])('fast ions of mass %d slow down as Chandrasekhar says', async (mass) => {
  const args = ['--mass', String(mass), '--energy', '50', '--time', '0.5', '--steps', '50']
  const rows = table(await bag(1000, args), 'relaxation.csv')
  let speed = 10
  for (let i = 0; i < 500; i++) speed -= friction(speed, mass) * speed * 0.001
  const drift = rows[50]?.[1] as number
  expect(10 - speed).toBeGreaterThan(0.03)
  expect(Math.abs(drift - speed)).toBeLessThan(mass === 1 ? 0.006 : 0.012)
})

it('refuses steps that are too long for the collisions', async () => {
  const result = await run(['--steps', '4'])
  expect(result).toMatchObject({ status: 'exit', exitCode: 2 })
  expect(text(result.stderr)).toContain('raise --steps')
})
