// node scripts/forge.ts <arguments of forge>: runs the native binary and passes its exit code on.
import { spawnSync } from 'node:child_process'
import { forgeProgram } from './foundry.ts'

const { status } = spawnSync(forgeProgram(), process.argv.slice(2), { stdio: 'inherit' })
process.exitCode = status ?? 1
