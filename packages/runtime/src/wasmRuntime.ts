import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Clock, Logger } from '@millrace/base'
import { SandboxUnavailableError } from './errors.ts'
import { installChildCode } from './host/childCode.ts'
import { SandboxChild } from './host/childProcess.ts'
import { ModuleCache } from './host/moduleCache.ts'
import { Pool } from './host/pool.ts'
import { Programs } from './host/programs.ts'
import { Runner } from './host/runner.ts'
import { type Sandbox, sandboxes } from './host/sandbox.ts'
import { within } from './host/within.ts'
import type { Runtime } from './runtime.ts'

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
const MAX_INPUT_BYTES = 2 ** 31
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
  const runner = new Runner({
    pool,
    programs,
    clock,
    maxInputBytes: options.maxInputBytes ?? MAX_INPUT_BYTES,
  })
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
  const reason = 'child did not start'
  await within({ clock, limitMs: START_MS, child, reason }, () => child.ready())
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
    const reason = 'preparing took too long'
    return await within({ clock, limitMs: PREPARE_MS, child, reason }, () => act(child))
  } finally {
    // It has seen one stranger's bytes and must not see another's.
    child.kill('done')
  }
}
