import type { Odds } from '@millrace/protocol'
import { type Bench, median } from '../figure.ts'
import { CorePool } from './corePool.ts'
import { dealAt, TRUSTED, VERIFIED } from './terms.ts'

const WORKERS = 1000
const TASKS = 20_000
const ROUNDS = 5

/** Milliseconds of processor time in the core a task, dispatch to settled, voted on by two workers of a thousand. */
export const schedulerOverhead: Bench = {
  name: 'scheduler-overhead',
  unit: 'ms/task',
  bar: { most: 0.1 },
  measure: (log) => {
    const trusted = overhead(TRUSTED)
    log(`trust none: ${trusted.toFixed(4)} ms a task`)
    return Promise.resolve(overhead(VERIFIED, log))
  },
}

/** Median over rounds of a bag each; the first, which compiles, does not count. */
function overhead(minOdds: Odds, log: (line: string) => void = () => {}): number {
  const pool = new CorePool({ workers: WORKERS })
  const costs: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const before = pool.reactMs
    pool.open(dealAt(round + 1, { volume: TASKS, minOdds }))
    pool.runUntil(TASKS * (round + 1))
    const cost = (pool.reactMs - before) / TASKS
    if (round > 0) costs.push(cost)
    log(`round ${round} of ${ROUNDS}: ${cost.toFixed(4)} ms a task, ${pool.turns} turns so far`)
  }
  return median(costs)
}
