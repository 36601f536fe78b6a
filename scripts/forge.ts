// node scripts/forge.ts <arguments of forge>: runs the native binary and passes its exit code on.
import { spawnSync } from 'node:child_process'
import { forgeProgram } from './foundry.ts'

const args = process.argv.slice(2)
// Lint compiles without making code and files that as up to date: where builds look, it would hide theirs.
const apart =
  args[0] === 'lint'
    ? { FOUNDRY_OUT: 'contracts/cache/lint/out', FOUNDRY_CACHE_PATH: 'contracts/cache/lint' }
    : {}
const { status } = spawnSync(forgeProgram(), args, {
  stdio: 'inherit',
  env: { ...process.env, ...apart },
})
process.exitCode = status ?? 1
