import { evaluate, matchAds, parseAd, parseExpression } from '@millrace/protocol'
import { type Bench, median } from './figure.ts'

const ROUNDS = 9
const PER_ROUND = 20_000

const JOB = parseAd(`[
  Type = "request"; Tasks = 40; MemoryMiB = 512; Share = 2;
  Requirements = TARGET.MemoryMiB >= Share * MemoryMiB && TARGET.Arch == "x86_64" &&
    member(TARGET.Region, {"eu", "us"}) && TARGET.PriceMicro <= 2000;
  Rank = ifThenElse(TARGET.Region == "eu", 100, 0) - TARGET.PriceMicro / 100.0
]`)
const POOL = parseAd(`[
  Type = "pool"; MemoryMiB = 2048; Arch = "X86_64"; Region = "eu"; PriceMicro = 1350;
  Busy = 3; Slots = 16; Free = Slots - Busy;
  Requirements = TARGET.Tasks < 1000 && Free > 0
]`)

/** Whole matches a second: requirements and ranks of two ads, five expressions, on one core. */
export const classAdMatches: Bench = {
  name: 'classad-matches',
  unit: '/s',
  bar: { least: 5_000 },
  measure: (log) =>
    Promise.resolve(
      perSecond(log, PER_ROUND / 5, () => {
        if (!matchAds(JOB, POOL).matches) throw new Error('the ads of the bench do not match')
      }),
    ),
}

/** Evaluations a second: one parsed expression of nine operators and six attributes between two ads. */
export const classAdEvaluations: Bench = {
  name: 'classad-evals',
  unit: '/s',
  bar: { least: 50_000 },
  measure: (log) => {
    const expression = parseExpression(
      'TARGET.MemoryMiB >= 2 * MY.MemoryMiB && TARGET.Slots - TARGET.Busy > 0 && TARGET.Arch == "x86_64"',
    )
    return Promise.resolve(
      perSecond(log, PER_ROUND, () => {
        const value = evaluate(expression, { my: JOB, target: POOL })
        if (value.type !== 'boolean' || !value.value) throw new Error('the expression is not true')
      }),
    )
  },
}

/** Median over rounds; the first of them, which compile, do not count. */
function perSecond(log: (line: string) => void, count: number, once: () => void): number {
  const rates: number[] = []
  for (let round = 0; round < ROUNDS + 2; round++) {
    const began = performance.now()
    for (let i = 0; i < count; i++) once()
    if (round >= 2) rates.push((count / (performance.now() - began)) * 1_000)
  }
  log(`${ROUNDS} rounds of ${count}: slowest ${Math.round(Math.min(...rates))} a second`)
  return median(rates)
}
