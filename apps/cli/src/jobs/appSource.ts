import { readFileSync, statSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename, extname, join, resolve } from 'node:path'
import { BaseError, bytesToHex, type Hex32, InvalidInputError } from '@millrace/base'
import type { Program } from '@millrace/runtime'
import { type AppSource, zAppSource } from '@millrace/wire'
import { FileNotReadableError } from '../errors.ts'
import { nativeSha256 } from './saveResults.ts'

/** An app of this machine, ready to be published. */
export type LocalApp = {
  source: AppSource
  program: { name: string; bytes: Uint8Array }
  /** Directory that relative names of the manifest are in. */
  dir: string
}

export const MANIFEST_NAME = 'millrace.json'

/** Limits of a program that is run without a manifest: generous for a program, small for a machine. */
const AD_HOC_LIMITS = {
  fuel: 100_000_000_000n,
  memoryMiB: 256,
  diskMiB: 256,
  files: 10_000,
  stdoutKiB: 4096,
  wallSec: 300,
}

const RUNTIME_OF: Record<string, AppSource['runtime']> = {
  '.wasm': 'wasm',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.ts': 'javascript',
  '.mts': 'javascript',
}

/** A local app's program as the sandbox takes it. */
export function programOf({ source, program }: LocalApp): Program {
  const sha256 = bytesToHex(nativeSha256(program.bytes)) as Hex32
  return { runtime: source.runtime, name: program.name, sha256, bytes: program.bytes }
}

/** True for names that mean a file or directory here rather than an app of the catalogue. */
export function namesLocalApp(name: string): boolean {
  return extname(name) in RUNTIME_OF || name.startsWith('.') || /[\\/]/.test(name)
}

/** The program file or app directory of this name. @throws {InvalidInputError} {@link FileNotReadableError} */
export function loadLocalApp(path: string, field: string): LocalApp {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new FileNotReadableError({ field, path, cause: { code: 'ENOENT' } })
  return stat.isDirectory() ? loadAppDirectory(path) : loadProgramFile(path, field)
}

/** @throws {InvalidInputError} for a manifest that is not right, naming field, value and fix. */
export function loadAppDirectory(dir: string): LocalApp {
  const manifestPath = join(dir, MANIFEST_NAME)
  const source = parseSource(readText(manifestPath), manifestPath)
  const runtime = RUNTIME_OF[extname(source.entry)]
  if (runtime !== source.runtime)
    throw new InvalidInputError({
      field: `${manifestPath}: entry`,
      value: source.entry,
      expected:
        source.runtime === 'wasm'
          ? 'a .wasm file, as the runtime is wasm'
          : 'a .js or .ts file, as the runtime is javascript',
    })
  const entry = resolve(dir, source.entry)
  return { source, program: loadProgram(entry, `${manifestPath}: entry`), dir: resolve(dir) }
}

function loadProgramFile(path: string, field: string): LocalApp {
  const runtime = RUNTIME_OF[extname(path)]
  if (runtime === undefined)
    throw new InvalidInputError({
      field,
      value: path,
      expected: 'a .wasm, .js or .ts file, an app directory, or the name of an app',
    })
  const program = loadProgram(path, field)
  const source: AppSource = {
    name: nameOf(path),
    version: '0.0.0',
    description: '',
    runtime,
    entry: basename(path),
    parameters: [],
    limits: AD_HOC_LIMITS,
    outputs: [],
    determinism: 'bitwise',
    price: '0',
  }
  return { source, program, dir: resolve(path, '..') }
}

/** Types are stripped here, once: every worker gets the same JavaScript. */
function loadProgram(path: string, field: string): LocalApp['program'] {
  const bytes = readBytes(path, field)
  if (bytes.length === 0)
    throw new InvalidInputError({ field, value: path, expected: 'a program that is not empty' })
  if (!/\.m?ts$/.test(path)) return { name: basename(path), bytes }
  const name = basename(path).replace(/\.(m?)ts$/, '.$1js')
  try {
    const text = stripTypeScriptTypes(new TextDecoder().decode(bytes))
    return { name, bytes: new TextEncoder().encode(text) }
  } catch (cause) {
    throw new InvalidInputError({
      field,
      value: path,
      expected: `TypeScript without enums, namespaces and parameter properties (${messageOf(cause)})`,
    })
  }
}

function parseSource(text: string, path: string): AppSource {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new InvalidInputError({
      field: path,
      value: `${text.trim().slice(0, 20)}…`,
      expected: `JSON (${messageOf(cause)})`,
    })
  }
  const parsed = zAppSource.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ManifestError({
    path,
    issues: parsed.error.issues.flatMap((issue) => issuesOf(issue, value)),
  })
}

function issuesOf(issue: ZodIssue, manifest: unknown): ManifestIssue[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: [...issue.path, key].join('.'),
      problem: 'is no field of a manifest; leave it out',
      value: valueAt(manifest, [...issue.path, key]),
    }))
  const value = valueAt(manifest, issue.path)
  const problem = value === undefined ? 'is missing' : issue.message
  return [{ field: issue.path.join('.') || 'manifest', problem, value }]
}

type ZodIssue = NonNullable<ReturnType<typeof zAppSource.safeParse>['error']>['issues'][number]
type ManifestIssue = { field: string; problem: string; value: unknown }

/** Every wrong field of a manifest at once. */
export class ManifestError extends BaseError {
  readonly code = 'INVALID_INPUT'
  constructor({
    path,
    issues,
  }: {
    path: string
    issues: ManifestIssue[]
  }) {
    super(
      `${path} has ${issues.length === 1 ? 'a wrong field' : `${issues.length} wrong fields`}.`,
      {
        meta: { path, issues },
        hints: issues.map(
          ({ field, problem, value }) =>
            `${field}${value === undefined ? '' : ` (${JSON.stringify(value)})`}: ${problem}`,
        ),
        docs: 'invalid-input',
      },
    )
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  )
}

/** A manifest name out of a file name. */
function nameOf(path: string): string {
  const stem = basename(path)
    .replace(/\.[^.]+$/, '')
    .toLowerCase()
  const clean = stem
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 41)
  return clean.length >= 2 ? clean : 'program'
}

function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path, 'manifest'))
}

function readBytes(path: string, field: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new FileNotReadableError({ field, path, cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
}
