// Statements and branches of contracts/src that no Solidity test reaches. Works on a copy of contracts/ in which each
// of them reports itself (coverage/instrument.ts): forge's own coverage maps bytecode to source, which fails for code
// that only compiles through IR, and sees nothing of what tests deploy from artifacts. Tests of gas may fail in the
// copy, which needs more of it; npm run test:contracts is what says whether tests pass.
//
//   npm run coverage:contracts                                     fails if anything is missed
//   npm run coverage:contracts -- --match-path '*/unit/Catalog*'   what these tests reach
import { spawnSync } from 'node:child_process'
import { forgeProgram } from '../../scripts/foundry.ts'
import { prepareCopy } from './coverage/prepareCopy.ts'
import { report } from './coverage/report.ts'

const points = prepareCopy()
const startedMs = performance.now()
const { stdout } = spawnSync(forgeProgram(), ['test', ...process.argv.slice(2)], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, FOUNDRY_CONFIG: 'cache/coverage/foundry.toml' },
})
const ran = /^Ran \d+ test suites? .*$/m.exec(stdout)
if (ran === null) {
  console.error(stdout)
  console.error('coverage: no test ran')
  process.exit(1)
}
console.log(`${ran[0]} (${Math.round((performance.now() - startedMs) / 1000)} s with the compiler)`)
process.exitCode = report(points) > 0 ? 1 : 0
