import type { Runtime } from '@millrace/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRuntime, output, text } from './runApp.ts'
import { programOf, table } from './runs.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime()
})
afterAll(() => runtime.close())
const { run, runBag } = programOf(() => runtime, 'beam')

/**
 * Field of a Gaussian bunch of sizes 1 and `ratio` along x, from its potential (Houssais, Kheifets):
 * no error function in it, so nothing in common with the program. Trapezoids over t = exp(s).
 */
function fieldX(x: number, y: number, ratio: number): number {
  let sum = 0
  for (let s = -40; s <= 40; s += 0.04) {
    const t = Math.exp(s)
    const [a, b] = [2 + t, 2 * ratio * ratio + t]
    sum += (Math.exp(-(x * x) / a - (y * y) / b) * x * t) / (a * Math.sqrt(a * b))
  }
  return sum * 0.04
}

/** By symmetry the other component is that of the bunch turned by a right angle. */
const fieldY = (x: number, y: number, ratio: number): number =>
  fieldX(y / ratio, x / ratio, 1 / ratio) / ratio

describe('the kick', () => {
  it.each([1, 0.7, 0.999, 0.2, 0.01])(
    'of a bunch of ratio %d is the integral over its charge',
    async (ratio) => {
      const result = await run(['--field', '--grid', '4', '--reach', '7', '--ratio', String(ratio)])
      const rows = table(result, 'field.csv')
      expect(rows).toHaveLength(81)
      for (const [x = 0, y = 0, fx = 0, fy = 0] of rows) {
        expect(fx).toBeCloseTo(fieldX(x, y, ratio), 8)
        expect(fy).toBeCloseTo(fieldY(x, y, ratio), 8)
      }
    },
  )

  it('of a round bunch is the formula of Gauss to the last digits', async () => {
    for (const [x = 0, y = 0, fx = 0] of table(
      await run(['--field', '--grid', '6']),
      'field.csv',
    )) {
      const r2 = x * x + y * y
      expect(fx).toBeCloseTo(r2 === 0 ? 0 : (x / r2) * (1 - Math.exp(-r2 / 2)), 14)
    }
  })
})

/** Modified Bessel function of the first kind by its integral. */
function besselI(order: number, x: number): number {
  const n = 64
  let sum = 0
  for (let k = 0; k < n; k++) {
    const angle = (Math.PI * (k + 0.5)) / n
    sum += Math.exp(x * Math.cos(angle)) * Math.cos(order * angle)
  }
  return sum / n
}

/** Tune shift over xi of amplitudes `a` and `b` in the kick of a round bunch, to first order. */
function detuning(a: number, b: number): number {
  const [p, q] = [(a * a) / 4, (b * b) / 4]
  const n = 400
  let sum = 0
  for (let k = 0; k < n; k++) {
    const u = (k + 0.5) / n
    const own = besselI(0, p * u) - besselI(1, p * u)
    sum += Math.exp(-(p + q) * u) * own * besselI(0, q * u)
  }
  return sum / n
}

describe('the tunes', () => {
  it.each(['1', '0.1'])(
    'of small oscillations are those of a thin lens, ratio %s',
    async (ratio) => {
      const args = ['--grid', '1', '--reach', '0.02', '--xi', '0.02x0.03', '--ratio', ratio]
      const [row = []] = table(await runBag(1, args), 'footprint.csv')
      const core = (tune: number, xi: number) => {
        const [c, s] = [Math.cos(2 * Math.PI * tune), Math.sin(2 * Math.PI * tune)]
        return Math.acos(c - 2 * Math.PI * xi * s) / (2 * Math.PI)
      }
      expect(row[2]).toBeCloseTo(core(0.31, 0.02), ratio === '1' ? 5 : 4)
      expect(row[3]).toBeCloseTo(core(0.32, 0.03), ratio === '1' ? 5 : 4)
    },
  )

  it('fall with amplitude as perturbation theory says, joined from a bag', async () => {
    const xi = 0.0005
    const args = ['--part', '{i}', '--parts', '{n}', '--grid', '7', '--tunes', '0.285x0.231']
    const result = await runBag(3, [...args, '--xi', `${xi}x${xi}`])
    const rows = table(result, 'footprint.csv')
    expect(rows).toHaveLength(49)
    for (const [a = 0, b = 0, qx = 0, qy = 0] of rows) {
      expect((qx - 0.285) / xi).toBeCloseTo(detuning(a, b), 2)
      expect((qy - 0.231) / xi).toBeCloseTo(detuning(b, a), 2)
    }
    expect(text(result.stdout)).toContain('49 particles in 3 tasks')
    expect(output(result, 'beam.png').length).toBeGreaterThan(3000)
  })

  it('refuses to join a bag that lacks a share', async () => {
    const { files } = await run(['--part', '0', '--parts', '2', '--grid', '4', '--turns', '64'])
    const inputs = files.map(({ path, bytes }) => ({ path: `0/${path}`, source: bytes }))
    const result = await run(['--assemble'], [], inputs)
    expect(result).toMatchObject({ status: 'exit', exitCode: 2 })
    expect(text(result.stderr)).toContain('--parts must be the number of tasks')
  })
})
