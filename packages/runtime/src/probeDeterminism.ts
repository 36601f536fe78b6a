import { existsSync } from 'node:fs'
import { silentLogger, systemClock } from '@millrace/base'
import { MeasurementFailedError } from './errors.ts'
import type { Program, RunRequest, RunResult, Runtime } from './runtime.ts'
import { createWasmRuntime } from './wasmRuntime.ts'

export type Probe = {
  /** The two runs gave the same result, byte for byte. */
  agrees: boolean
  /** What differs, one line each. */
  differences: string[]
  /** How the second run's conditions differed, for the publisher's eyes. */
  conditions: string[]
  /** Of the first run. */
  result: RunResult
}

/**
 * Runs a program twice under conditions that differ where machines differ: compiler of V8, vector
 * instructions, processor, order in which inputs are given, a warm process or a fresh one, the time.
 * Agreement is no proof; disagreement is.
 *
 * @param runtime - Does the first run.
 * @throws {ProgramRefusedError} `PROGRAM_REFUSED`
 * @throws {MeasurementFailedError} `MEASUREMENT_FAILED` when a run gives no result.
 */
export async function probeDeterminism(
  runtime: Runtime,
  program: Program,
  request: RunRequest,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Probe> {
  const result = await runOnce(runtime, program, request, signal)
  const { options, conditions } = variation()
  const other = await createWasmRuntime(options)
  try {
    const inputs = [...request.inputs].reverse()
    const second = await runOnce(other, program, { ...request, inputs }, signal)
    const differences = compareResults(result, second)
    return { agrees: differences.length === 0, differences, conditions, result }
  } finally {
    await other.close()
  }
}

/** Lines that say where two results differ; none when a digest would be the same. */
export function compareResults(first: RunResult, second: RunResult): string[] {
  const differences: string[] = []
  for (const field of ['status', 'exitCode', 'fuel'] as const)
    if (first[field] !== second[field])
      differences.push(`${field}: ${first[field]} and ${second[field]}`)
  const at = firstDifference(first.stdout, second.stdout)
  if (at !== undefined) differences.push(`stdout: differs from byte ${at}`)
  const files = new Map(second.files.map(({ path, bytes }) => [path, bytes]))
  for (const { path, bytes } of first.files) {
    const twin = files.get(path)
    files.delete(path)
    const place = twin && firstDifference(bytes, twin)
    if (!twin) differences.push(`/out/${path}: only in the first run`)
    else if (place !== undefined) differences.push(`/out/${path}: differs from byte ${place}`)
  }
  for (const path of files.keys()) differences.push(`/out/${path}: only in the second run`)
  return differences
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i
  return a.length === b.length ? undefined : length
}

async function runOnce(
  runtime: Runtime,
  program: Program,
  request: RunRequest,
  signal: AbortSignal | undefined,
): Promise<RunResult> {
  const prepared = await runtime.prepare(program)
  const result = await runtime.run(prepared, request, {
    group: 'probeDeterminism',
    ...(signal ? { signal } : {}),
  })
  if (result.kind === 'result') return result
  signal?.throwIfAborted()
  throw new MeasurementFailedError({ what: 'determinism', reason: result.message })
}

const TASKSET = '/usr/bin/taskset'

function variation() {
  const conditions = ['baseline compiler', 'fresh process', 'inputs in reverse order']
  const childFlags = ['--liftoff', '--no-wasm-tier-up']
  if (process.arch === 'x64') {
    childFlags.push('--no-enable-avx', '--no-enable-avx2', '--no-enable-fma3')
    conditions.push('without AVX and FMA')
  }
  const pinned = process.platform === 'linux' && existsSync(TASKSET)
  if (pinned) conditions.push('one processor')
  const options = {
    maxChildren: 1,
    log: silentLogger,
    clock: systemClock,
    childFlags,
    childPrefix: pinned ? [TASKSET, '-c', '0'] : [],
  }
  return { options, conditions }
}
