// npm run bench [-- --json] [--only NAME] [--all]
// Prints every figure of the README and of the issues' bars, measured here and now. Exit code 1 when a bar is missed.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { classAdEvaluations, classAdMatches } from './classAds.ts'
import { credibility } from './credibility/credibility.ts'
import { type Bench, type Figure, measure } from './figure.ts'
import { firstSettled } from './firstSettled.ts'
import { gigabyteFile, gigabyteMemory } from './gigabyteFile.ts'
import { npmTest } from './npmTest.ts'
import { qosExtra, qosTail } from './qos/tail.ts'
import { schedulerOverhead } from './scheduler/overhead.ts'
import { queueMemory, queueRate } from './scheduler/queue.ts'
import { workerSessions } from './scheduler/sessions.ts'
import { tinyRun } from './tinyRun.ts'
import { trivialBag } from './trivialBag.ts'
import { wasmOverhead } from './wasmOverhead.ts'

const BENCHES: readonly Bench[] = [
  wasmOverhead,
  classAdEvaluations,
  classAdMatches,
  schedulerOverhead,
  queueRate,
  queueMemory,
  credibility,
  qosTail,
  qosExtra,
  firstSettled,
  tinyRun,
  trivialBag,
  npmTest,
  workerSessions,
  gigabyteFile,
  gigabyteMemory,
]

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' }, all: { type: 'boolean' } },
})
const chosen = BENCHES.filter(({ name, slow }) =>
  values.only === undefined ? values.all || !slow : name === values.only,
)
if (chosen.length === 0) {
  console.error(
    `bench: --only is ${values.only}, but must be one of ${BENCHES.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}

const log = (line: string) => console.error(`  ${line}`)
const figures: Figure[] = []
if (!values.json)
  console.log(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}`)
for (const bench of chosen) {
  console.error(`${bench.name} ...`)
  const figure = await measure(bench, log)
  figures.push(figure)
  const { name, value, unit, bar, ok } = figure
  if (!values.json)
    console.log(
      `${ok ? 'ok    ' : 'MISSED'} ${name.padEnd(16)} ${String(value).padStart(8)} ${unit.padEnd(8)} bar ${bar}`,
    )
}
if (values.json) console.log(JSON.stringify(figures, null, 2))
for (const { name, slow } of BENCHES) {
  if (slow && values.only === undefined && !values.all)
    console.error(`left out, takes minutes: npm run bench -- --only ${name}`)
}
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1
