import type { Runtime } from '@millrace/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { covariance, lcgReturns, type PortfolioVectors, portfolioVectors } from './returns.ts'
import { createRuntime, output, type TestInput, text } from './runApp.ts'
import { programOf, table } from './runs.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime()
})
afterAll(() => runtime.close())
const { run, runBag } = programOf(() => runtime, 'efast')
const bytes = (lines: string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`)
const NO_BOUNDS = ['--floor', '-50', '--cap', '50']

type Moments = { mu: number[]; cov: number[][] }

/** Weights that the program finds for given moments. */
async function weigh({ mu, cov }: Moments, args: string[]): Promise<number[]> {
  const names = mu.map((_, i) => `A${i}`)
  const lines = [['name', ...names], ['mean', ...mu], ...cov.map((row, i) => [names[i], ...row])]
  const source = bytes(lines.map((line) => line.join(',')))
  const inputs = [{ path: 'm.csv', source }]
  const result = await run(['--moments', 'm.csv', ...args], [], inputs)
  return text(output(result, 'advice.csv'))
    .split('\n')
    .filter((line) => line.startsWith('asset,'))
    .map((line) => Number(line.split(',')[2]))
}

/** Prices that start at 100 and have these returns. */
function pricesOf(returns: number[][]): TestInput {
  const prices = (returns[0] as number[]).map(() => 100)
  const lines = returns.map((row, t) => {
    row.forEach((r, i) => {
      prices[i] = (prices[i] as number) * (1 + r)
    })
    return [t + 1, ...prices].join(',')
  })
  const names = prices.map((_, i) => `A${i}`)
  const head = ['day', ...names].join(',')
  return { path: 'p.csv', source: bytes([head, `0,${prices.map(() => 100).join(',')}`, ...lines]) }
}

const near = (values: number[], digits: number) => values.map((v) => expect.closeTo(v, digits))

describe.skipIf(portfolioVectors === undefined)('weights', () => {
  const vectors = portfolioVectors as PortfolioVectors

  it('are those of the textbook (Bodie, Kane, Marcus) and of closed forms', async () => {
    const { bkm, closed3 } = vectors
    expect(await weigh(bkm, NO_BOUNDS)).toEqual(near(bkm.min_var, 11))
    expect(await weigh(closed3, NO_BOUNDS)).toEqual(near(closed3.gmv, 11))
    for (const { rf, tangency, ...moments } of [bkm, closed3]) {
      const args = [...NO_BOUNDS, '--aim', 'sharpe', '--rf', String(rf)]
      expect(await weigh(moments, args)).toEqual(near(tangency, 10))
    }
  })

  it('follow the long-only frontier of Boyd and Vandenberghe, with its riskless asset', async () => {
    const { frontier, ...moments } = vectors.boyd4
    for (const { target, w } of frontier) {
      const weights = await weigh(moments, ['--aim', 'return', '--target', String(target)])
      expect(weights, `target ${target}`).toEqual(near(w, 7))
    }
  })

  it('walk forward as the oracle does: weights, wealth, mean and deviation', async () => {
    const { segments, final_wealth, mean, std } = vectors.walk_forward
    const result = await run(['--prices', 'p.csv', '--paths', '1'], [], [pricesOf(lcgReturns(400))])
    const weights = table(result, 'rebalances.csv')
    expect(weights).toEqual(segments.map((segment) => near(segment.weights, 8)))
    const wealth = backtest(text(output(result, 'advice.csv')))
    expect(wealth).toHaveLength(280)
    expect(wealth[279]).toBeCloseTo(final_wealth, 9)
    segments.forEach(({ segment_return }, k) => {
      const before = k === 0 ? 1 : (wealth[20 * k - 1] as number)
      expect((wealth[20 * k + 19] as number) / before - 1).toBeCloseTo(segment_return, 9)
    })
    const daily = wealth.map((value, t) => value / (wealth[t - 1] ?? 1) - 1)
    expect(daily.reduce((sum, r) => sum + r, 0) / daily.length).toBeCloseTo(mean, 11)
    expect(Math.sqrt(covariance(daily.map((r) => [r]))[0]?.[0] as number)).toBeCloseTo(std, 9)
  })
})

function backtest(advice: string): number[] {
  const lines = advice.split('\n').filter((line) => line.startsWith('backtest,'))
  return lines.map((line) => Number(line.split(',')[2]))
}

it('does not look ahead: later prices change no earlier weight', async () => {
  const returns = lcgReturns(200)
  const args = ['--prices', 'p.csv', '--paths', '1', '--aim', 'sharpe']
  const before = table(await run(args, [], [pricesOf(returns)]), 'rebalances.csv')
  const changed = returns.map((row, t) => (t < 160 ? row : row.map((r, i) => r + 0.01 * i)))
  const after = table(await run(args, [], [pricesOf(changed)]), 'rebalances.csv')
  // New weights at days 120, 140, 160 and 180: only the last window has a changed day.
  expect(after.slice(0, 3)).toEqual(before.slice(0, 3))
  expect(after[3]).not.toEqual(before[3])
})

it('keeps the bounds, and no small move of money between two assets has less risk', async () => {
  const cov = covariance(lcgReturns(300))
  const mu = cov.map(() => 0)
  const weights = await weigh({ mu, cov }, ['--cap', '0.25'])
  expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 10)
  const risk = (w: number[]) =>
    w.reduce((s, a, i) => s + w.reduce((t, b, j) => t + a * b * (cov[i]?.[j] as number), 0), 0)
  for (let from = 0; from < 5; from++)
    for (let to = 0; to < 5; to++) {
      const moved = weights.map((w, i) => w + (i === to ? 1e-4 : 0) - (i === from ? 1e-4 : 0))
      if (moved.every((w) => w >= 0 && w <= 0.25))
        expect(risk(moved)).toBeGreaterThanOrEqual(risk(weights) - 1e-18)
    }
  for (const weight of weights) expect(weight).toBeLessThanOrEqual(0.25 + 1e-12)
})

describe('simulated futures', () => {
  const returns = lcgReturns(400)
  const logs = returns.map((row) => row.map((r) => Math.log(1 + r)))
  const mean = (i: number) => logs.reduce((sum, row) => sum + (row[i] as number), 0) / logs.length
  const cov = covariance(logs)
  const variance = (i: number) => cov[i]?.[i] as number
  const futures = async (args: string[]) => {
    const common = ['--prices', 'p.csv', '--paths', '4000', '--days', '250', '--step', '250']
    const result = await run([...common, ...args], [], [pricesOf(returns)])
    return JSON.parse(text(output(result, 'advice.json'))).futures
  }

  it('of one asset have the quantiles of the lognormal law', async () => {
    const made = await futures(['--tickers', 'A3'])
    const [m, s] = [250 * mean(3), Math.sqrt(250 * variance(3))]
    const error = s / Math.sqrt(4000)
    expect(Math.abs(Math.log(made.median) - m)).toBeLessThan(4 * 1.2533 * error)
    expect(Math.abs(Math.log(made.p5) - (m - 1.6448536 * s))).toBeLessThan(4 * 2.11 * error)
    expect(Math.abs(Math.log(made.p95) - (m + 1.6448536 * s))).toBeLessThan(4 * 2.11 * error)
    expect(made.valueAtRisk95).toBeCloseTo(1 - made.p5, 8)
    expect(made.expectedShortfall95).toBeGreaterThan(made.valueAtRisk95)
  })

  it('of two assets at fixed halves have the mean of their days', async () => {
    const made = await futures(['--tickers', 'A1,A4', '--cap', '0.5'])
    const gains = [1, 4].map((i) => Math.exp(mean(i) + variance(i) / 2))
    const day = ((gains[0] as number) + (gains[1] as number)) / 2
    const spread = Math.sqrt((variance(1) + variance(4) + 2 * (cov[1]?.[4] as number)) / 4)
    const error = (day ** 250 * spread * Math.sqrt(250)) / Math.sqrt(4000)
    expect(Math.abs(made.mean - day ** 250)).toBeLessThan(4 * error)
  })
})

it('gives the same advice however the bag is split', async () => {
  const args = ['--prices', 'prices.csv', '--aim', 'sharpe', '--cap', '0.4', '--paths', '31']
  const split = (n: number) =>
    runBag(n, [...args, '--part', '{i}', '--parts', '{n}'], ['example/prices.csv'])
  const [two, five] = [await split(2), await split(5)]
  for (const file of ['advice.json', 'advice.png'])
    expect(output(two, file)).toEqual(output(five, file))
})

it.each([
  [['--cap', '0.1'], '--cap is too small'],
  [['--tickers', 'GOLD'], '--tickers names what the prices do not have: GOLD'],
  [['--aim', 'return', '--target', '0.9'], 'ask for less with --target'],
  [['--window', '600'], '--window and one more'],
])('refuses %j with what is wrong', async (args, words) => {
  const result = await run(['--prices', 'prices.csv', ...args], ['example/prices.csv'])
  expect(result).toMatchObject({ status: 'exit', exitCode: 2 })
  expect(text(result.stderr)).toContain(words)
})
