import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import {
  ASSEMBLYSCRIPT_PROGRAMS,
  buildProgram,
  C_PROGRAMS,
  committedDigests,
  digestOf,
  hasClang,
} from '../../scripts/buildCatalogue.ts'
import { CATALOGUE } from './runApp.ts'

const dir = mkdtempSync(join(tmpdir(), 'millrace-build-'))
afterAll(() => rmSync(dir, { recursive: true }))
const programs = [...C_PROGRAMS, ...ASSEMBLYSCRIPT_PROGRAMS]

it('digests.json names every program, and the committed files are those', () => {
  const committed = Object.fromEntries(
    programs.map((name) => [name, digestOf(join(CATALOGUE, name, `${name}.wasm`))]),
  )
  expect(committed).toEqual(committedDigests())
})

it.skipIf(!hasClang()).each(C_PROGRAMS)(
  '%s builds to the committed bytes with clang-14',
  (name) => {
    const out = join(dir, `${name}.wasm`)
    buildProgram(name, out)
    expect(digestOf(out)).toBe(committedDigests()[name])
  },
)

it.each(ASSEMBLYSCRIPT_PROGRAMS)('%s builds to the committed bytes with AssemblyScript', (name) => {
  const out = join(dir, `${name}.wasm`)
  buildProgram(name, out)
  expect(digestOf(out)).toBe(committedDigests()[name])
})

it('the keccak of files on sale builds to the committed bytes', () => {
  const script = fileURLToPath(new URL('../../scripts/buildKeccak.ts', import.meta.url))
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  expect(execFileSync(process.execPath, [script, '--check'], { cwd, encoding: 'utf8' })).toBe('')
})
