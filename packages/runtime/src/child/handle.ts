import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import { instrument } from '../meter/instrument.ts'
import { Refusal } from '../meter/refusal.ts'
import { type WasmModule, WebAssembly } from '../webAssembly.ts'
import { COMMAND, type Entry, execute, type Job, type Outcome } from './execute.ts'
import { engineImports, programImports } from './importRule.ts'
import { scriptEntry } from './javascript.ts'
import type { LoadHead, Request, RunHead } from './messages.ts'
import { send } from './pipe.ts'

const modules = new Map<string, WasmModule>()
const entries = new Map<string, { module: WasmModule; entry: Entry }>()

/** Answers one request. Whatever goes wrong here is the child's failure, not the program's. */
export function handle(head: Request, body: Uint8Array<ArrayBuffer>): void {
  try {
    switch (head.kind) {
      case 'instrument':
        prepare(body, head.engine)
        break
      case 'load':
        load(head, body)
        send({ kind: 'loaded' })
        break
      case 'run':
        run(head, body)
        break
      default:
        throw new RangeError(`unknown request ${JSON.stringify(head satisfies never)}`)
    }
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

function prepare(wasm: Uint8Array, engine: boolean): void {
  try {
    validate(wasm)
    const refusedImport = engine ? engineImports : programImports
    const requiredExports = engine ? ['_initialize'] : ['_start']
    const metered = instrument(wasm, { refusedImport, requiredExports })
    if (!WebAssembly.validate(metered)) throw tooLarge()
    send({ kind: 'instrumented' }, [metered])
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    send({ kind: 'refused', what: error.what, remedy: error.remedy })
  }
}

function validate(wasm: Uint8Array): void {
  if (WebAssembly.validate(wasm)) return
  throw new Refusal(
    `the file is not a valid WebAssembly module${reason(wasm)}`,
    'Compile it again; check that the file is complete and not a component (WASI preview 2).',
  )
}

/** Metering makes code longer, and V8 limits the size of a function and the number of its locals. */
function tooLarge(): Refusal {
  return new Refusal(
    'a function is too large once it is metered',
    'Compile with -Os, or split the largest functions.',
  )
}

function reason(wasm: Uint8Array): string {
  try {
    new WebAssembly.Module(wasm)
    return ''
  } catch (error) {
    return error instanceof WebAssembly.CompileError
      ? ` (${error.message.replace('WebAssembly.Module(): ', '')})`
      : ''
  }
}

function load(head: LoadHead, body: Uint8Array): void {
  if (head.role === 'script') {
    const module = modules.get(head.engine)
    if (!module) throw new RangeError(`engine ${head.engine} is not loaded`)
    entries.set(head.key, { module, entry: scriptEntry(body) })
    return
  }
  // The engine is large and little of it is hot: V8's baseline compiler saves half a second.
  if (head.role === 'engine') setFlagsFromString('--liftoff')
  const module = new WebAssembly.Module(body)
  modules.set(head.key, module)
  entries.set(head.key, { module, entry: COMMAND })
}

function run(head: RunHead, body: Uint8Array): void {
  const loaded = entries.get(head.key)
  if (!loaded) throw new RangeError(`program ${head.key} is not loaded`)
  const before = process.cpuUsage()
  const outcome = withinTime(head.limits.wallMs, () =>
    execute(loaded.module, toJob(head, body), loaded.entry),
  )
  const cpu = process.cpuUsage(before)
  respond(outcome, (cpu.user + cpu.system) / 1000)
  collectGarbage(outcome.memoryBytes + body.length)
}

function respond({ status, exitCode, fuel, stdout, stderr, files }: Outcome, cpuMs: number): void {
  send(
    {
      kind: 'result',
      status,
      exitCode,
      fuel: fuel.toString(),
      cpuMs,
      stdoutBytes: stdout.length,
      stderrBytes: stderr.length,
      files: files.map(({ path, bytes }) => ({ path, sizeBytes: bytes.length })),
    },
    [stdout, stderr, ...files.map(({ bytes }) => bytes)],
  )
}

const GARBAGE_BYTES = 64 << 20
let garbageBytes = 0

/** V8 does not see how large the memories of finished instances are. The answer is out by now. */
function collectGarbage(bytes: number): void {
  garbageBytes += bytes
  if (garbageBytes < GARBAGE_BYTES) return
  garbageBytes = 0
  ;(globalThis as { gc?: () => void }).gc?.()
}

function toJob({ args, seed, inputs, limits }: RunHead, body: Uint8Array): Job {
  let at = 0
  const cut = (sizeBytes: number): Uint8Array => {
    at += sizeBytes
    return body.subarray(at - sizeBytes, at)
  }
  return {
    args,
    seed: Buffer.from(seed, 'hex'),
    inputs: inputs.map(({ path, sizeBytes }) => ({ path, bytes: cut(sizeBytes) })),
    limits: { ...limits, fuel: BigInt(limits.fuel) },
  }
}

const GRACE_MS = 10_000
const CALL = Symbol.for('millrace.call')
const caller = new Script(`globalThis[Symbol.for('millrace.call')]()`)

/**
 * The runtime kills a child that takes too long. This is for a runtime that was itself killed: V8's
 * watchdog thread then ends the program a little later, and the closed pipe ends the child.
 */
function withinTime<T>(wallMs: number, act: () => T): T {
  Object.defineProperty(globalThis, CALL, { value: act, configurable: true })
  return caller.runInThisContext({ timeout: Math.ceil(wallMs) + GRACE_MS }) as T
}
