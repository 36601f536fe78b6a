// Builds the programs of catalogue/ from their sources and writes catalogue/digests.json.
//   node scripts/buildCatalogue.ts            builds all, in place
//   node scripts/buildCatalogue.ts --check    builds into a temporary folder and compares digests
// C needs Debian's clang-14, lld-14, wasi-libc and libclang-rt-14-dev-wasm32; AssemblyScript is from npm.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const CATALOGUE = join(ROOT, 'catalogue')
const DIGESTS = join(CATALOGUE, 'digests.json')

/** Programs by the compiler that makes them; each is `<name>/<name>.wasm`. */
export const C_PROGRAMS = [
  'align',
  'beam',
  'digits',
  'echo',
  'efast',
  'loglens',
  'plasma',
  'render',
  'squeeze',
  'tuner',
]
export const ASSEMBLYSCRIPT_PROGRAMS = ['optimise']

/** True where `clang-14` and the wasm sysroot of Debian are installed. */
export function hasClang(): boolean {
  try {
    execFileSync('clang-14', ['--version'], { stdio: 'ignore' })
    readFileSync('/usr/lib/wasm32-wasi/libc.a')
    return true
  } catch {
    return false
  }
}

/** Compiles one program to `out`. */
export function buildProgram(name: string, out: string): void {
  if (C_PROGRAMS.includes(name)) {
    const flags = [
      '--target=wasm32-wasi',
      '--sysroot=/usr',
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-Wl,--strip-all',
      '-Wl,--stack-first',
      '-Wl,-z,stack-size=1048576',
    ]
    execFileSync('clang-14', [...flags, '-o', out, `${name}.c`], {
      cwd: join(CATALOGUE, name),
      // clang runs any wasm-opt that it finds; npm puts one on the path.
      env: { PATH: '/usr/bin:/bin' },
      stdio: 'inherit',
    })
    return
  }
  const asc = join(ROOT, 'node_modules/assemblyscript/bin/asc.js')
  // Relative on purpose: asc does not find the shim's library from an absolute path.
  const shim = '../../node_modules/@assemblyscript/wasi-shim/asconfig.json'
  const flags = ['--config', shim, '-O3', '--runtime', 'incremental', '--initialMemory', '1']
  execFileSync(process.execPath, [asc, `${name}.ts`, ...flags, '-o', out], {
    cwd: join(CATALOGUE, name),
    stdio: 'inherit',
  })
}

/** sha256 of a file, lower-case hex. */
export function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

/** Digests of the committed programs. */
export function committedDigests(): Record<string, string> {
  return JSON.parse(readFileSync(DIGESTS, 'utf8')) as Record<string, string>
}

function main(check: boolean): void {
  const names = [...C_PROGRAMS, ...ASSEMBLYSCRIPT_PROGRAMS].sort()
  const temporary = mkdtempSync(join(tmpdir(), 'millrace-build-'))
  const built: Record<string, string> = {}
  try {
    for (const name of names) {
      const out = check ? join(temporary, `${name}.wasm`) : join(CATALOGUE, name, `${name}.wasm`)
      buildProgram(name, out)
      built[name] = digestOf(out)
    }
  } finally {
    rmSync(temporary, { recursive: true })
  }
  if (!check) {
    writeFileSync(DIGESTS, `${JSON.stringify(built, null, 2)}\n`)
    return
  }
  const committed = committedDigests()
  for (const name of names) {
    if (built[name] === committed[name]) continue
    console.error(`${name}: builds to ${built[name]}, committed is ${committed[name]}`)
    process.exitCode = 1
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'))
