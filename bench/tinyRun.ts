import { mustMillrace, withCloud } from './cloud.ts'
import { type Bench, median } from './figure.ts'

const RUNS = 9

/** `millrace run` of a tiny task, two replicas, settled and downloaded: whole process, wall time. */
export const tinyRun: Bench = {
  name: 'tiny-run',
  unit: 's',
  bar: { most: 1.5 },
  measure: (log) =>
    withCloud(async (home) => {
      // The first run prepares the program on both workers.
      await mustMillrace(home, ['run', 'primes', '--json', '--', '1', '10'])
      const seconds: number[] = []
      for (let run = 1; run <= RUNS; run++) {
        const { tookMs } = await mustMillrace(home, [
          'run',
          'primes',
          '--json',
          '--',
          '1',
          `${10 + run}`,
        ])
        seconds.push(tookMs / 1000)
        log(`run ${run} of ${RUNS}: ${(tookMs / 1000).toFixed(2)} s`)
      }
      return median(seconds)
    }),
}
