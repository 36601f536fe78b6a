import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Hex32, silentLogger, systemClock } from '@millrace/base'
import type { Program, RunRequest, RunResult, Runtime } from '../runtime.ts'
import { createWasmRuntime, type WasmRuntimeOptions } from '../wasmRuntime.ts'
import { aRequest } from './requests.ts'

export const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))

export function fixture(name: string): Program {
  return program(`${name}.wasm`, readFileSync(`${FIXTURES}/${name}.wasm`))
}

/** A program from its bytes or source; the name's ending says which runtime. */
export function program(name: string, content: Uint8Array | string): Program {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const sha256 = `0x${createHash('sha256').update(bytes).digest('hex')}` as Hex32
  return { runtime: name.endsWith('.wasm') ? 'wasm' : 'javascript', name, sha256, bytes }
}

export function aRuntime(changes: Partial<WasmRuntimeOptions> = {}): Promise<Runtime> {
  return createWasmRuntime({ maxChildren: 1, log: silentLogger, clock: systemClock, ...changes })
}

/** Prepares and runs; a failure of the host fails the test. */
export async function runProgram(
  runtime: Runtime,
  subject: Program,
  request: RunRequest = aRequest(),
): Promise<RunResult> {
  const prepared = await runtime.prepare(subject)
  const result = await runtime.run(prepared, request, { group: 'test' })
  if (result.kind === 'failure') throw new Error(`${result.reason}: ${result.message}`)
  return result
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
