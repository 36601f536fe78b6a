import { oddsOfTrust } from '@millrace/protocol'
import { workerAt } from '../../services/scheduler/src/testing/corePool.ts'
import type { Bench } from '../figure.ts'
import { CorePool } from '../scheduler/corePool.ts'
import { dealAt } from '../scheduler/terms.ts'
import { LiarsWorld, type Strategy } from './liarsWorld.ts'

const WORKERS = 3_000
const TASKS = 100_000
const LIARS = 0.1
const TRUST = 0.999
/** What terms of deals assume, which is twice the truth here. */
const SABOTEUR_BPS = 2_000

const STRATEGIES: Record<string, Strategy> = {
  'lie always': { share: 1, minChecks: 0 },
  'lie on 30 % of tasks': { share: 0.3, minChecks: 0 },
  'lie on 3 % of tasks': { share: 0.03, minChecks: 0 },
  'lie always after 3 checks': { share: 1, minChecks: 3 },
  'lie always after 20 checks': { share: 1, minChecks: 20 },
}

/**
 * Wrong results in percent, the most of several ways to lie: 3,000 workers, a tenth of them liars that all
 * agree, 100,000 tasks at a trust of 99.9 %. The real core draws, counts, batches and settles.
 */
export const credibility: Bench = {
  name: 'credibility',
  unit: '%',
  bar: { most: 0.1 },
  slow: true,
  measure: (log) => {
    const shares = Object.entries(STRATEGIES).map(([name, strategy]) => {
      const { wrong, redundancy, spoiled, caught } = runPool(strategy)
      const percent = (100 * wrong) / TASKS
      log(
        `${name}: ${wrong} wrong (${percent.toFixed(3)} %), redundancy ${redundancy.toFixed(3)}, ` +
          `${spoiled} spoiled, caught ${caught.liars} of ${WORKERS * LIARS} liars and ${caught.honest} honest`,
      )
      return percent
    })
    for (const line of PEERS) log(line)
    return Promise.resolve(Math.max(...shares))
  },
}

/** For comparison; vectors/credibility.json and the table of its design page, which simulates his scheme. */
const PEERS = [
  'Sarmenta, 10 % liars: majority voting to 0.1 % needs 5 equal results, redundancy 5.55 (computed from his formula)',
  'Sarmenta, 10 % liars: credibility with blacklist to 99.9 %, redundancy 2.39 to 2.56 (simulated, 2,000 tasks, 100 workers)',
]

function runPool(strategy: Strategy) {
  const liars = Array.from({ length: WORKERS * LIARS }, (_, i) => workerAt(i + 1))
  const world = new LiarsWorld(liars, { strategy, saboteurBps: SABOTEUR_BPS })
  const pool = new CorePool({ workers: WORKERS, slots: 1, world })
  pool.open(dealAt(1, { volume: TASKS, minOdds: oddsOfTrust(TRUST) }))
  pool.runUntil(TASKS)
  const { assigned, spoiled } = pool
  return { wrong: world.wrong, redundancy: assigned / TASKS, spoiled, caught: world.caught }
}
