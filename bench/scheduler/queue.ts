import type { Bench } from '../figure.ts'
import { CorePool } from './corePool.ts'
import { dealAt, VERIFIED } from './terms.ts'

const TASKS = 1_000_000
/** A job's worth: bags larger than this cost less, as tasks not begun are numbers of their deal. */
const PER_DEAL = 100
const DEALS_PER_TURN = 50

/** Tasks a second that a pool takes in, a hundred to a deal, until a million wait. */
export const queueRate: Bench = {
  name: 'queue-rate',
  unit: 'tasks/s',
  bar: { least: 20_000 },
  measure: (log) => Promise.resolve(fill(log).perSec),
}

/** Memory of the process that holds them. */
export const queueMemory: Bench = {
  name: 'queue-memory',
  unit: 'MiB',
  bar: { most: 1536 },
  measure: (log) => Promise.resolve(fill(log).rssMiB),
}

function fill(log: (line: string) => void): { perSec: number; rssMiB: number } {
  const pool = new CorePool({ workers: 0 })
  for (let n = 1; n <= TASKS / PER_DEAL; n++) {
    pool.open(dealAt(n, { volume: PER_DEAL, minOdds: VERIFIED }))
    if (n % DEALS_PER_TURN === 0) pool.turn()
  }
  const rssMiB = process.memoryUsage.rss() / 2 ** 20
  const perSec = (TASKS * 1000) / pool.reactMs
  log(`${Math.round(perSec)} tasks/s, ${Math.round(rssMiB)} MiB`)
  // What waits is not forgotten: it is all there.
  const waiting = [...pool.state.deals.values()].reduce((sum, { terms }) => sum + terms.volume, 0)
  if (waiting !== TASKS) throw new Error(`${waiting} of ${TASKS} tasks wait`)
  return { perSec, rssMiB }
}
