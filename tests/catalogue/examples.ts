import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunResult, Runtime } from '@millrace/runtime'
import { CATALOGUE, readSource } from './runApp.ts'
import { programOf } from './runs.ts'

/** Names of all programs of the catalogue. */
export const PROGRAMS: readonly string[] = readdirSync(CATALOGUE).filter((name) =>
  existsSync(join(CATALOGUE, name, 'millrace.json')),
)

/** What the first task of an example gives: sha256 of stdout and files, and its fuel. */
export type Expected = { sha256: string; fuel: string }
export const EXPECTED = join(CATALOGUE, 'expected.json')

/** Committed expectations by program. */
export function readExpected(): Record<string, Expected> {
  return JSON.parse(readFileSync(EXPECTED, 'utf8'))
}

/** The first task of a program's example. */
export function runExample(runtime: Runtime, name: string): Promise<RunResult> {
  const { args = [], inputs = [], count = 1 } = readSource(join(CATALOGUE, name)).example ?? {}
  const filled = args.map((arg) => arg.replaceAll('{i}', '0').replaceAll('{n}', String(count)))
  return programOf(() => runtime, name).run(filled, inputs)
}

/** Digest of stdout, then of each file by path; lengths keep them apart. */
export function expectedOf({ stdout, files, fuel }: RunResult): Expected {
  const hash = createHash('sha256').update(`${stdout.length}\n`).update(stdout)
  for (const { path, bytes } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(`${path}\n${bytes.length}\n`).update(bytes)
  return { sha256: hash.digest('hex'), fuel: String(fuel) }
}
