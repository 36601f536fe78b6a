import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Clock, Logger } from '@millrace/base'
import type { Response, RunHead } from './child/messages.ts'
import { SandboxUnavailableError } from './errors.ts'
import { installChildCode } from './host/childCode.ts'
import { SandboxChild } from './host/childProcess.ts'
import { inputsBody, inputsProblem, sizeOfInput, totalBytes } from './host/inputs.ts'
import { ModuleCache } from './host/moduleCache.ts'
import { Pool } from './host/pool.ts'
import { Programs } from './host/programs.ts'
import { maxResultBytes, readResult } from './host/readResult.ts'
import { residentMemory } from './host/residentMemory.ts'
import { type Sandbox, sandboxes } from './host/sandbox.ts'
import type { PreparedProgram, RunFailure, RunRequest, RunResult, Runtime } from './runtime.ts'

export type WasmRuntimeOptions = {
  /** Instrumented modules stay here between starts; without it they go with the runtime. */
  cacheDir?: string
  /** Most tasks that run at once. */
  maxChildren: number
  log: Logger
  clock: Clock
  /** Inputs of a task are held in memory; more bytes than this fail on this machine. */
  maxInputBytes?: number
  /** More flags for the children's Node, for probes. */
  childFlags?: readonly string[]
  /** Put before the children's command line, for probes. */
  childPrefix?: readonly string[]
  /** Names of sandboxes to try; all by default. */
  sandboxNames?: readonly string[]
}

const PREPARE_MS = 60_000
const START_MS = 20_000
const WATCH_MS = 200
/** What a child needs beside the memory of its task. */
const BASE_BYTES = 768 << 20
const MIB = 1 << 20
/** Every wasm function is compiled by the optimising compiler at its first call. */
const CHILD_FLAGS = ['--no-liftoff']

/**
 * Starts the runtime `wasm`: programs for WASI preview 1 and JavaScript, in sandboxed processes.
 *
 * How isolation holds is in docs/protocol/sandbox.md. Must be closed, or its processes stay.
 *
 * @throws {SandboxUnavailableError} `SANDBOX_UNAVAILABLE`
 */
export async function createWasmRuntime(options: WasmRuntimeOptions): Promise<Runtime> {
  const { clock, log } = options
  const ownDir = options.cacheDir === undefined
  const cacheDir = options.cacheDir ?? (await mkdtemp(join(tmpdir(), 'millrace-runtime-')))
  await mkdir(cacheDir, { recursive: true })
  const { directory, entry } = await installChildCode(cacheDir)
  const start = (sandbox: Sandbox): Promise<SandboxChild> =>
    startChild(sandbox, relative(directory, entry), options)
  const { sandbox, child } = await chooseSandbox(directory, start, options)
  log.info('sandbox chosen', { sandbox: sandbox.name, layers: sandbox.layers })
  const pool = new Pool<SandboxChild>({
    max: options.maxChildren,
    start: firstThen(child, () => start(sandbox)),
    nowMs: () => clock.nowMs(),
  })
  pool.warmUp()
  const programs = new Programs({
    cache: new ModuleCache(cacheDir),
    withChild: (act) => withFreshChild(pool, clock, act),
  })
  const runner = new Runner({ pool, programs, options })
  return {
    layers: sandbox.layers,
    prepare: (program) => programs.prepare(program),
    run: (prepared, request, runOptions) => runner.run(prepared, request, runOptions),
    close: async () => {
      await pool.close()
      if (ownDir) await rm(cacheDir, { recursive: true, force: true })
    },
  }
}

async function startChild(
  sandbox: Sandbox,
  entry: string,
  { clock, childFlags = [], childPrefix = [] }: WasmRuntimeOptions,
): Promise<SandboxChild> {
  const child = new SandboxChild(
    { ...sandbox, prefix: [...childPrefix, ...sandbox.prefix] },
    { entry, flags: [...CHILD_FLAGS, ...childFlags] },
  )
  await within(clock, START_MS, child, 'child did not start', () => child.ready())
  return child
}

/** The strongest sandbox in which a child starts, and that child. */
async function chooseSandbox(
  directory: string,
  start: (sandbox: Sandbox) => Promise<SandboxChild>,
  { log, sandboxNames }: WasmRuntimeOptions,
): Promise<{ sandbox: Sandbox; child: SandboxChild }> {
  const tried: string[] = []
  let cause: unknown
  for (const sandbox of sandboxes({ node: process.execPath, directory })) {
    if (sandboxNames && !sandboxNames.includes(sandbox.name)) continue
    try {
      return { sandbox, child: await start(sandbox) }
    } catch (error) {
      cause = error
      tried.push(sandbox.name)
      log.debug('sandbox does not start here', { sandbox: sandbox.name, reason: String(error) })
    }
  }
  throw new SandboxUnavailableError({ tried, cause })
}

/** Gives `first` once, then what `next` makes. */
function firstThen<T>(first: T, next: () => Promise<T>): () => Promise<T> {
  let used = false
  return () => {
    if (used) return next()
    used = true
    return Promise.resolve(first)
  }
}

async function withFreshChild<T>(
  pool: Pool<SandboxChild>,
  clock: Clock,
  act: (child: SandboxChild) => Promise<T>,
): Promise<T> {
  const child = await pool.takeSpare()
  try {
    return await within(clock, PREPARE_MS, child, 'preparing took too long', () => act(child))
  } finally {
    // It has seen one stranger's bytes and must not see another's.
    child.kill('done')
  }
}

/** Kills the child when `act` takes longer, which makes `act` reject. */
async function within<T>(
  clock: Clock,
  limitMs: number,
  child: SandboxChild,
  reason: string,
  act: () => Promise<T>,
): Promise<T> {
  const done = new AbortController()
  clock.sleep(limitMs, done.signal).then(
    () => child.kill(reason),
    () => {},
  )
  try {
    return await act()
  } finally {
    done.abort()
  }
}

type RunnerDeps = {
  pool: Pool<SandboxChild>
  programs: Programs
  options: WasmRuntimeOptions
}

/** Runs one task on one child and turns whatever happens into a result or a failure. */
class Runner {
  readonly #deps: RunnerDeps

  constructor(deps: RunnerDeps) {
    this.#deps = deps
  }

  async run(
    prepared: PreparedProgram,
    request: RunRequest,
    { group, signal }: { group: string; signal?: AbortSignal },
  ): Promise<RunResult | RunFailure> {
    const { pool, options } = this.#deps
    const problem = inputsProblem(request.inputs, options.maxInputBytes ?? 2048 * MIB)
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
    const { clock } = this.#deps.options
    const guard = this.#guard(child, task.request, task.signal)
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

  /** Kills the child on abort, at the wall limit, and when it takes far more memory than its task may. */
  #guard(
    child: SandboxChild,
    request: RunRequest,
    signal: AbortSignal | undefined,
  ): { verdict: () => RunFailure | undefined; stop: () => void } {
    const { clock } = this.#deps.options
    const done = new AbortController()
    let verdict: RunFailure | undefined
    const end = (failed: RunFailure) => {
      verdict ??= failed
      child.kill(failed.message)
    }
    const cancel = () => end(failure('cancelled', 'cancelled while it ran'))
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    const { wallMs } = request.limits
    clock.sleep(wallMs, done.signal).then(
      () => end(failure('timeout', `no result within ${wallMs} ms`)),
      () => {},
    )
    const mostBytes = memoryBound(request)
    void watchMemory({ child, clock, mostBytes, signal: done.signal }).then((bytes) => {
      if (bytes !== undefined)
        end(failure('host-error', `child took ${bytes} bytes of memory, more than ${mostBytes}`))
    })
    return {
      verdict: () => verdict,
      stop: () => {
        signal?.removeEventListener('abort', cancel)
        done.abort()
      },
    }
  }
}

/** The size at which a child went over the bound, or `undefined` when it never did. */
async function watchMemory({
  child,
  clock,
  mostBytes,
  signal,
}: {
  child: SandboxChild
  clock: Clock
  mostBytes: number
  signal: AbortSignal
}): Promise<number | undefined> {
  while (!signal.aborted && child.pid !== undefined) {
    await clock.sleep(WATCH_MS, signal).catch(() => {})
    if (signal.aborted) return undefined
    const bytes = await residentMemory(child.pid)
    if (bytes > mostBytes) return bytes
  }
  return undefined
}

/** File contents may be held twice while a file grows or is sent. */
function memoryBound({ limits, inputs }: RunRequest): number {
  return (
    BASE_BYTES +
    limits.memoryMiB * MIB +
    3 * limits.diskBytes +
    2 * limits.stdoutBytes +
    2 * totalBytes(inputs)
  )
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
