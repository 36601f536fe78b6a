import { mustMillrace, withCloud } from './cloud.ts'
import { type Bench, median } from './figure.ts'

const TASKS = 1000
const RUNS = 3

/** A bag of 1,000 trivial tasks, two workers, trust none, settled and downloaded: tasks a second, whole process. */
export const trivialBag: Bench = {
  name: 'trivial-bag',
  unit: 'tasks/s',
  bar: { least: 300 },
  measure: (log) =>
    withCloud(async (home) => {
      await mustMillrace(home, ['run', 'echo', '--trust', 'none', '--json'])
      const rates: number[] = []
      for (let run = 1; run <= RUNS; run++) {
        const { tookMs } = await mustMillrace(home, [
          'run',
          'echo',
          '--array',
          `1-${TASKS}`,
          '--trust',
          'none',
          '--json',
          '--',
          '{i}',
          `${run}`,
        ])
        rates.push((TASKS * 1000) / tookMs)
        log(`run ${run} of ${RUNS}: ${((TASKS * 1000) / tookMs).toFixed(0)} tasks/s`)
      }
      return median(rates)
    }),
}
