import { parseArgs } from 'node:util'
import { seededRandom } from '@millrace/base'
import { openOwnNetwork, runInOwnNetwork } from './ownNetwork.ts'
import { soak } from './soak.ts'

// Longer and at random: what tests/e2e/chaos.e2e.ts does once for each process, and more of it at the
// same time; processes that stand still; and, as root on Linux, a full disk and no network. Each seed
// gets a fresh cloud and its share of the time. A round says what it did to whom; a seed always
// chooses the same, though the moments differ at which it hits.
//
//   npm run soak                              10 minutes, seeds 1, 2 and 3
//   npm run soak -- --minutes 60 --seed 7     an hour of one seed

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', multiple: true, default: ['1', '2', '3'] },
    'own-network': { type: 'boolean', default: false },
  },
})
const canCutNetwork = values['own-network']
const code = canCutNetwork ? undefined : runInOwnNetwork()
if (code === undefined) await main()
else process.exitCode = code

async function main(): Promise<void> {
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) throw new RangeError(`--minutes ${values.minutes}: must be above 0`)
  if (canCutNetwork) openOwnNetwork()
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  say(`soak: ${minutes} min, seeds ${values.seed.join(', ')}`)
  for (const seed of values.seed) {
    const seconds = (minutes * 60) / values.seed.length
    const random = seededRandom(Number(seed))
    await soak({ seconds, random, canCutNetwork, say: (line) => say(`[${seed}] ${line}`) })
  }
  say('soak: all bags were done and paid once')
}
