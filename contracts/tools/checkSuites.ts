// Fails when forge does not see every test file. Its cache has been found, once, to leave out suites whose
// dependencies had changed during filtered runs: a test that does not run must not look like one that passes.
// And fails when a contract is missing from the fuzz test that calls every function with random arguments.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { forgeProgram } from '../../scripts/foundry.ts'
import { deployable } from './deployable.ts'

const ENTRY_POINTS = 'contracts/test/fuzz/EntryPoints.t.sol'
const DIR = 'contracts/test'
const onDisk = readdirSync(DIR, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.t.sol'))
  .map((file) => `${DIR}/${file}`)

const { status, stdout, stderr } = spawnSync(forgeProgram(), ['test', '--list', '--json'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
if (status !== 0) {
  console.error(stderr)
  process.exit(1)
}
const known = new Set(Object.keys(JSON.parse(stdout.slice(stdout.indexOf('{'))) as object))
const missing = onDisk.filter((file) => !known.has(file))
for (const file of missing) console.error(`${file}: forge does not see its tests`)
if (missing.length > 0) console.error('Remove contracts/cache and contracts/out, and run again.')
const fuzzed = readFileSync(ENTRY_POINTS, 'utf8')
const unfuzzed = deployable().filter((name) => !fuzzed.includes(`"${name}"`))
for (const name of unfuzzed)
  console.error(`${name}: no fuzz test calls its functions; deploy it in ${ENTRY_POINTS}`)
process.exitCode = missing.length + unfuzzed.length > 0 ? 1 : 0
