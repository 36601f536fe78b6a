import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Bench, median } from './figure.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const RUNS = 3

/** `npm start -- --once --json` on a fresh state folder, from the command to the first settled task. */
export const firstSettled: Bench = {
  name: 'first-settled',
  unit: 's',
  bar: { most: 10 },
  async measure(log) {
    const seconds: number[] = []
    for (let run = 1; run <= RUNS; run++) {
      const child = spawn('npm', ['start', '--silent', '--', '--once', '--json'], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const chunks: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      const [code] = (await once(child, 'close')) as [number]
      if (code !== 0) throw new Error(`npm start ended with ${code}`)
      const { firstSettledSec, totalSec } = JSON.parse(Buffer.concat(chunks).toString()) as Record<
        string,
        number
      >
      if (firstSettledSec === undefined)
        throw new Error('no firstSettledSec in what npm start printed')
      log(
        `run ${run} of ${RUNS}: first settled after ${firstSettledSec} s, all after ${totalSec} s`,
      )
      seconds.push(firstSettledSec)
    }
    return median(seconds)
  },
}
