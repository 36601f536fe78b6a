import type { Clock } from '@millrace/base'
import type { Response, RunHead } from '../child/messages.ts'
import type { PreparedProgram, RunFailure, RunRequest, RunResult } from '../runtime.ts'
import type { SandboxChild } from './childProcess.ts'
import { guardTask } from './guard.ts'
import { inputsBody, inputsProblem, sizeOfInput } from './inputs.ts'
import type { Pool } from './pool.ts'
import type { Programs } from './programs.ts'
import { maxResultBytes, readResult } from './readResult.ts'
import { residentMemory } from './residentMemory.ts'

export type RunnerDeps = {
  pool: Pool<SandboxChild>
  programs: Programs
  clock: Clock
  maxInputBytes: number
}

/** Runs one task on one child and turns whatever happens into a result or a failure. */
export class Runner {
  readonly #deps: RunnerDeps

  constructor(deps: RunnerDeps) {
    this.#deps = deps
  }

  async run(
    prepared: PreparedProgram,
    request: RunRequest,
    { group, signal }: { group: string; signal?: AbortSignal },
  ): Promise<RunResult | RunFailure> {
    const { pool, maxInputBytes } = this.#deps
    const problem = inputsProblem(request.inputs, maxInputBytes)
    if (problem !== undefined) return failure('host-error', problem)
    let child: SandboxChild
    try {
      child = await pool.acquire(group, signal)
    } catch (error) {
      return signal?.aborted
        ? failure('cancelled', 'cancelled before it started')
        : failure('host-error', messageOf(error))
    }
    try {
      return await this.#runOn(child, { prepared, request, signal })
    } finally {
      pool.release(child)
    }
  }

  async #runOn(
    child: SandboxChild,
    task: { prepared: PreparedProgram; request: RunRequest; signal: AbortSignal | undefined },
  ): Promise<RunResult | RunFailure> {
    const { clock } = this.#deps
    const guard = guardTask({
      child,
      request: task.request,
      signal: task.signal,
      clock,
      residentMemory,
    })
    const startedMs = clock.nowMs()
    try {
      await this.#load(child, task.prepared)
      const { request } = task
      const { head, body } = await child.request(
        toHead(task.prepared, request),
        inputsBody(request.inputs),
        maxResultBytes(request.limits),
      )
      if (head.kind !== 'result') throw unexpected(head)
      const wallMs = clock.nowMs() - startedMs
      return readResult(head, body, { limits: request.limits, wallMs })
    } catch (error) {
      // Whatever state the child is in, nobody relies on it again.
      child.kill(messageOf(error))
      return guard.verdict() ?? failure('host-error', messageOf(error))
    } finally {
      guard.stop()
    }
  }

  /** Sends what the program is made of, once per child. */
  async #load(child: SandboxChild, prepared: PreparedProgram): Promise<void> {
    if (child.loaded.has(prepared.key)) return
    const program = this.#deps.programs.find(prepared)
    if (!program) throw new Error(`program ${prepared.name} was not prepared by this runtime`)
    for (const { head, bytes } of await program.parts()) {
      if (child.loaded.has(head.key)) continue
      const reply = await child.request(head, { sizeBytes: bytes.length, chunks: [bytes] })
      if (reply.head.kind !== 'loaded') throw unexpected(reply.head)
      child.loaded.add(head.key)
    }
  }
}

function toHead(prepared: PreparedProgram, request: RunRequest): RunHead {
  const { args, seed, limits, inputs } = request
  return {
    kind: 'run',
    key: prepared.key,
    args: [prepared.name, ...args],
    seed: seed.slice(2),
    limits: { ...limits, fuel: limits.fuel.toString() },
    inputs: inputs.map((input) => ({ path: input.path, sizeBytes: sizeOfInput(input) })),
  }
}

function failure(reason: RunFailure['reason'], message: string): RunFailure {
  return { kind: 'failure', reason, message }
}

function unexpected(head: Response): Error {
  return new Error(head.kind === 'failed' ? head.message : `child answered ${head.kind}`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
