import { join } from 'node:path'
import { hex32, silentLogger } from '@millrace/base'
import {
  createWasmRuntime,
  type Program,
  type RunLimits,
  type RunRequest,
  type RunResult,
  type Runtime,
} from '@millrace/runtime'
import type { Client } from '@millrace/sdk'
import type { Limits, Manifest } from '@millrace/wire'
import type { Context } from '../context.ts'
import { SandboxFailedError } from '../errors.ts'

const MAX_PROGRAM_BYTES = 256 * 1024 * 1024

/** Runs programs on this machine in the same sandbox that workers use, for as long as `use` takes. */
export async function withRuntime<T>(
  { home, clock }: Pick<Context, 'home' | 'clock'>,
  use: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const runtime = await createWasmRuntime({
    cacheDir: join(home.cacheDir, 'programs'),
    maxChildren: 2,
    log: silentLogger,
    clock,
  })
  try {
    return await use(runtime)
  } finally {
    await runtime.close()
  }
}

/** A published app's program, its bytes checked. */
export async function fetchProgram(
  client: Client,
  { runtime, program }: Manifest,
  signal: AbortSignal,
): Promise<Program> {
  const bytes = await client.storage.getBytes(program.cid, { maxBytes: MAX_PROGRAM_BYTES, signal })
  return { runtime, name: program.name, sha256: hex32(program.sha256), bytes }
}

/** One run to its result. @throws {SandboxFailedError} when this machine could not carry it out. */
export async function runHere(
  runtime: Runtime,
  program: Program,
  request: RunRequest,
  signal: AbortSignal,
): Promise<RunResult> {
  const prepared = await runtime.prepare(program)
  const outcome = await runtime.run(prepared, request, { group: 'here', signal })
  if (outcome.kind === 'result') return outcome
  signal.throwIfAborted()
  throw new SandboxFailedError({ reason: outcome.reason, message: outcome.message })
}

/** Limits of a task as the sandbox takes them. */
export function runLimits({
  fuel,
  memoryMiB,
  diskMiB,
  files,
  stdoutKiB,
  wallSec,
}: Limits): RunLimits {
  return {
    fuel,
    memoryMiB,
    diskBytes: diskMiB * 1024 * 1024,
    files,
    stdoutBytes: stdoutKiB * 1024,
    wallMs: wallSec * 1000,
  }
}
