// Fails when forge does not see every test file. Its cache has been found, once, to leave out suites whose
// dependencies had changed during filtered runs: a test that does not run must not look like one that passes.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { forgeProgram } from '../../scripts/foundry.ts'

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
process.exitCode = missing.length > 0 ? 1 : 0
