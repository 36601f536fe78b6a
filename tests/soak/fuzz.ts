// All fuzz tests of the contracts 100,000 times and all invariants over 512 runs of 256 calls, with another seed
// each time: profile "soak" of foundry.toml. `forge test` alone runs 500 and 24 x 64.
//
//   node tests/soak/fuzz.ts                        all of them
//   node tests/soak/fuzz.ts --seed 0x2a            again with the seed that a failure printed
//   node tests/soak/fuzz.ts --match-path 'contracts/test/fuzz/*'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { forgeProgram } from '../../scripts/foundry.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: `0x${randomBytes(8).toString('hex')}` },
    'match-path': { type: 'string' },
  },
})

const args = ['test', '--match-test', '^(testFuzz|invariant)_']
if (values['match-path'] !== undefined) args.push('--match-path', values['match-path'])
console.log(`soak: contracts, 100,000 fuzz runs, invariants 512 x 256, seed ${values.seed}`)
const startedMs = performance.now()
const { status } = spawnSync(forgeProgram(), args, {
  stdio: 'inherit',
  env: { ...process.env, FOUNDRY_PROFILE: 'soak', FOUNDRY_FUZZ_SEED: values.seed },
})
console.log(`soak: contracts took ${Math.round((performance.now() - startedMs) / 1000)} s`)
process.exitCode = status ?? 1
