import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseSolidity } from '../parseSolidity.ts'
import { Instrumenter, type Point } from './instrument.ts'
import { HITS } from './yul.ts'

export const COPY = 'cache/coverage'
const SOURCES = 'contracts/src'

/** A copy of contracts/ that reports what it runs, and the configuration to test it; returns all points in it. */
export function prepareCopy(): Point[] {
  rmSync(HITS, { recursive: true, force: true })
  mkdirSync(HITS, { recursive: true })
  const points: Point[] = []
  for (const file of solidityIn(SOURCES)) write(file, instrumented(file, points))
  for (const file of [...solidityIn('contracts/test'), ...solidityIn('examples/dapp')])
    write(
      file,
      withoutPure(readFileSync(file, 'utf8').replaceAll('"contracts/out/', `"${COPY}/out/`)),
    )
  write(`${SOURCES}/Cov.sol`, readFileSync('contracts/tools/coverage/Cov.sol', 'utf8'))
  writeIfNew(join(COPY, 'foundry.toml'), configuration())
  return points
}

function instrumented(file: string, points: Point[]): string {
  const source = readFileSync(file)
  const path = relative(dirname(file), `${SOURCES}/Cov.sol`)
  const importCov = `import {Cov} from "${path.startsWith('.') ? path : `./${path}`}";`
  return withoutPure(
    new Instrumenter(file, source, points).run(parseSolidity(file, source.toString()), importCov),
  )
}

/** As much optimisation as compiling through IR needs to find places on the stack; more takes ten times as long. */
const LEAST = `optimizer = false
optimizer_details = { peephole = false, inliner = false, jumpdestRemover = false, orderLiterals = false, deduplicate = false, cse = false, constantOptimizer = false, yul = true, yulDetails = { stackAllocation = true, optimizerSteps = "u" } }`

/** What reports is no longer pure, and neither is whoever calls it. */
function withoutPure(source: string | Buffer): string {
  return source.toString().replaceAll(/\bpure\b/g, 'view')
}

/** Tests as usual, with less at random: what a fuzz test does not reach in 64 runs deserves a test of its own. */
function configuration(): string {
  return readFileSync('foundry.toml', 'utf8')
    .replaceAll(/contracts\/(src|test\/reference)\//g, `${COPY}/contracts/$1/`)
    .replace(/^src = .*$/m, `src = "${COPY}/contracts/src"`)
    .replace(/^test = .*$/m, `test = "${COPY}/contracts/test"`)
    .replace(/^out = .*$/m, `out = "${COPY}/out"`)
    .replace(/^cache_path = .*$/m, `cache_path = "${COPY}/cache"`)
    .replace(/^ignored_warnings_from = .*$/m, `ignored_warnings_from = ["node_modules", "${COPY}"]`)
    .replaceAll(/optimizer_runs = [\d_]+/g, 'optimizer_runs = 1')
    .replace(/^optimizer = false$/m, LEAST)
    .replace(
      /^fs_permissions = \[$/m,
      `$&\n    { access = "read-write", path = "${HITS}" },\n    { access = "read", path = "${COPY}/out" },`,
    )
    .replace(/^runs = 500$/m, 'runs = 64')
    .replace(/^runs = 24$/m, 'runs = 8')
}

function solidityIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sol'))
    .sort()
    .map((file) => `${dir}/${file}`)
}

function write(file: string, text: string): void {
  const path = join(COPY, file)
  mkdirSync(dirname(path), { recursive: true })
  writeIfNew(path, text)
}

/** Untouched where nothing changed, so that forge compiles less the next time. */
function writeIfNew(path: string, text: string): void {
  let old: string | undefined
  try {
    old = readFileSync(path, 'utf8')
  } catch {
    // Not there yet.
  }
  if (old !== text) writeFileSync(path, text)
}
