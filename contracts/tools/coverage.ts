// Lines and branches of contracts/src that no Solidity test reaches. forge coverage compiles all again, without
// optimiser (through IR where the stack is too deep), which takes minutes; so it is not part of npm test.
//
//   npm run coverage:contracts                                     everything
//   npm run coverage:contracts -- --match-path 'contracts/test/unit/Catalog*'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forgeProgram } from '../../scripts/foundry.ts'

const dir = mkdtempSync(join(tmpdir(), 'millrace-coverage-'))
const report = join(dir, 'lcov.info')
const given = process.argv.slice(2)
const args = ['coverage', '--ir-minimum', '--report', 'lcov', '--report-file', report, ...given]
const { status } = spawnSync(forgeProgram(), args, { stdio: ['ignore', 'ignore', 'inherit'] })
if (status !== 0) process.exit(status ?? 1)

type Missed = { lines: string[]; branches: string[]; hit: number; all: number }

/** What is not reached in one file of the report: `DA:line,hits` and `BRDA:line,block,branch,hits`. */
function missedOf(record: string): Missed {
  const missed: Missed = { lines: [], branches: [], hit: 0, all: 0 }
  for (const entry of record.split('\n')) {
    const [, kind, line = '', rest = ''] = /^(DA|BRDA):(\d+),(.*)$/.exec(entry) ?? []
    if (kind === undefined) continue
    const isHit = !/(^|,)(0|-)$/.test(rest)
    missed.all++
    if (isHit) missed.hit++
    else (kind === 'DA' ? missed.lines : missed.branches).push(line)
  }
  return missed
}

const records = readFileSync(report, 'utf8').split('end_of_record')
rmSync(dir, { recursive: true })
let [hit, all] = [0, 0]
for (const record of records) {
  const file = /^SF:(.*)$/m.exec(record)?.[1]
  if (file === undefined || !file.startsWith('contracts/src/')) continue
  const missed = missedOf(record)
  hit += missed.hit
  all += missed.all
  if (missed.hit === missed.all) continue
  console.log(`${file}: ${missed.hit} of ${missed.all}`)
  if (missed.lines.length > 0) console.log(`  lines ${missed.lines.join(' ')}`)
  if (missed.branches.length > 0)
    console.log(`  branches at ${[...new Set(missed.branches)].join(' ')}`)
}
console.log(`coverage: ${hit} of ${all} lines and branches`)
