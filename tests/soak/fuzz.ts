// All fuzz tests of the contracts 100,000 times and all invariants over 512 runs of 256 calls, with another seed
// each time: profile "soak" of foundry.toml. `forge test` alone runs 500 and 24 x 64. That takes hours, so tests run
// one by one, and what has passed is written down for these contracts: the next call goes on where this one stopped.
//
//   node tests/soak/fuzz.ts                        what has not passed yet
//   node tests/soak/fuzz.ts --fresh                all of them again
//   node tests/soak/fuzz.ts --seed 0x2a            with the seed that a failure printed
//   node tests/soak/fuzz.ts --match-path 'contracts/test/fuzz/*'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { forgeProgram } from '../../scripts/foundry.ts'

const DONE = 'cache/soak/passed.json'
const PROFILE = { FOUNDRY_PROFILE: 'soak' }

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: `0x${randomBytes(8).toString('hex')}` },
    'match-path': { type: 'string', default: 'contracts/test/**' },
    fresh: { type: 'boolean', default: false },
  },
})

type Passed = Record<string, { seed: string; seconds: number }>

/** One name for the contracts, their tests and the depth: what passed with others says nothing about these. */
function versionOf(): string {
  const hash = createHash('sha256')
  for (const file of [...globSync('contracts/{src,test}/**/*.sol'), 'foundry.toml'].sort())
    hash.update(file).update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

function forge(args: string[], seed?: string): { status: number | null; stdout: string } {
  const env = { ...process.env, ...PROFILE, ...(seed && { FOUNDRY_FUZZ_SEED: seed }) }
  return spawnSync(forgeProgram(), ['test', ...args], { encoding: 'utf8', maxBuffer: 2 ** 28, env })
}

/** Such as "contracts/test/fuzz/Batch.t.sol:testFuzz_MerkleRoot". */
function listTests(): string[] {
  const filter = ['--match-test', '^(testFuzz|invariant)_', '--match-path', values['match-path']]
  const { status, stdout } = forge([...filter, '--list', '--json'])
  if (status !== 0) throw new Error(`forge test --list: ${stdout}`)
  const suites = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Record<
    string,
    Record<string, string[]>
  >
  return Object.entries(suites).flatMap(([file, contracts]) =>
    Object.values(contracts).flatMap((names) => names.map((name) => `${file}:${name}`)),
  )
}

function readPassed(version: string): Passed {
  if (values.fresh || !existsSync(DONE)) return {}
  const all = JSON.parse(readFileSync(DONE, 'utf8')) as Record<string, Passed>
  return all[version] ?? {}
}

const version = versionOf()
const passed = readPassed(version)
const tests = listTests()
const open = tests.filter((test) => passed[test] === undefined)
console.log(
  `soak: contracts ${version}: ${open.length} of ${tests.length} tests to run, ` +
    `100,000 runs or 512 x 256 calls each, seed ${values.seed}`,
)
mkdirSync('cache/soak', { recursive: true })
let failed = 0
for (const [i, test] of open.entries()) {
  const [file = '', name = ''] = test.split(':')
  const startedMs = performance.now()
  const { status, stdout } = forge(['--match-path', file, '--match-test', `^${name}$`], values.seed)
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  const isPassed = status === 0 && /[1-9]\d* tests? passed/.test(stdout)
  console.log(
    `soak: ${i + 1}/${open.length} ${isPassed ? 'passed' : 'FAILED'} ${test} (${seconds} s)`,
  )
  if (isPassed) {
    passed[test] = { seed: values.seed, seconds }
    writeFileSync(DONE, JSON.stringify({ [version]: passed }, null, 1))
  } else {
    failed++
    console.log(stdout)
  }
}
console.log(
  `soak: contracts: ${tests.length - failed} of ${tests.length} tests passed at full depth`,
)
process.exitCode = failed > 0 ? 1 : 0
