import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesToHex, type Hex32, silentLogger, systemClock } from '@millrace/base'
import { createWasmRuntime, type RunResult, type Runtime } from '@millrace/runtime'
import { type AppSource, zAppSource } from '@millrace/wire'

export const CATALOGUE = fileURLToPath(new URL('../../catalogue', import.meta.url))
const SEED = `0x${'00'.repeat(32)}` as Hex32

export type TestInput = { path: string; source: Uint8Array }

/** Manifest of an app directory. */
export function readSource(dir: string): AppSource {
  return zAppSource.parse(JSON.parse(readFileSync(join(dir, 'millrace.json'), 'utf8')))
}

/** A file of an app directory as an input below /in, under its own name. */
export function inputOf(dir: string, file: string): TestInput {
  return { path: basename(file), source: new Uint8Array(readFileSync(join(dir, file))) }
}

export function createRuntime(): Promise<Runtime> {
  return createWasmRuntime({ maxChildren: 2, log: silentLogger, clock: systemClock })
}

/** Runs the program of an app directory under the limits of its manifest. */
export async function runApp(
  runtime: Runtime,
  dir: string,
  args: string[],
  inputs: TestInput[],
): Promise<RunResult> {
  const source = readSource(dir)
  const bytes = new Uint8Array(readFileSync(join(dir, source.entry)))
  const sha256 = bytesToHex(createHash('sha256').update(bytes).digest()) as Hex32
  const prepared = await runtime.prepare({
    runtime: source.runtime,
    name: source.entry,
    sha256,
    bytes,
  })
  const { fuel, memoryMiB, diskMiB, files, stdoutKiB, wallSec } = source.limits
  const limits = {
    fuel,
    memoryMiB,
    diskBytes: diskMiB << 20,
    files,
    stdoutBytes: stdoutKiB << 10,
    wallMs: wallSec * 1000,
  }
  const result = await runtime.run(
    prepared,
    { args, seed: SEED, inputs, limits },
    { group: source.name },
  )
  if (result.kind === 'failure')
    throw new Error(`${source.name}: ${result.reason}: ${result.message}`)
  return result
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** A file that a run left below /out. */
export function output({ files, stderr }: RunResult, path: string): Uint8Array {
  const file = files.find((candidate) => candidate.path === path)
  if (file === undefined)
    throw new Error(
      `no ${path}, but ${files.map((f) => f.path).join(' ')}; stderr: ${text(stderr)}`,
    )
  return file.bytes
}
