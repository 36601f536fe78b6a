import { METER, type MeterNote } from '../meter/instrument.ts'
import { LimitReached, ProcessExit } from '../wasi/errno.ts'
import { createWasi, type Wasi } from '../wasi/wasi.ts'
import {
  type WasmFunction,
  type WasmGlobal,
  type WasmImports,
  type WasmInstance,
  type WasmMemory,
  type WasmModule,
  WebAssembly,
} from '../webAssembly.ts'

/** Stack slots of 8 bytes; the V8 stack is set to about twice as much, so that this ends first. */
export const DEPTH_SLOTS = 1 << 18
const PAGES_PER_MIB = 16
/** More can never be used up, and it leaves the counter room below zero. */
const MOST_FUEL = 1n << 62n

export type Job = {
  args: readonly string[]
  seed: Uint8Array
  inputs: readonly { path: string; bytes: Uint8Array }[]
  limits: {
    fuel: bigint
    memoryMiB: number
    diskBytes: number
    files: number
    stdoutBytes: number
  }
}

/** How a run ended. Everything in it is the same on every machine. */
export type Outcome = {
  status: 'ok' | 'exit' | 'trap' | 'fuel' | 'memory' | 'depth' | 'disk' | 'stdout'
  exitCode: number
  fuel: bigint
  stdout: Uint8Array
  stderr: Uint8Array
  files: { path: string; bytes: Uint8Array }[]
  /** Size of the instance's memory at the end. */
  memoryBytes: number
}

/** A module that is ready to be entered; an engine also needs functions of its own host. */
export type Entry = {
  /** Imports beside WASI and memory. */
  imports?: (machine: Machine) => WasmImports
  /** Enters the instance; returns when the program has ended. */
  enter: (machine: Machine) => void
}

/** One run: a fresh instance with a memory, clock, randomness and files that nothing else shares. */
export class Machine {
  readonly memory: WasmMemory
  readonly wasi: Wasi
  #exports: WasmInstance['exports'] = {}

  constructor(memory: WasmMemory, wasi: Wasi) {
    this.memory = memory
    this.wasi = wasi
  }

  instantiate(module: WasmModule, imports: WasmImports): WasmInstance {
    const instance = new WebAssembly.Instance(module, {
      [METER.module]: { memory: this.memory },
      wasi_snapshot_preview1: this.wasi.imports,
      ...imports,
    })
    this.#exports = instance.exports
    return instance
  }

  /** Calls an export that is known to be a function. */
  call(name: string, ...args: unknown[]): unknown {
    return (this.#exports[name] as WasmFunction)(...args)
  }
}

/** A command of WASI preview1. */
export const COMMAND: Entry = { enter: (machine) => void machine.call('_start') }

/**
 * Runs an instrumented module to its end.
 *
 * @throws for what says nothing about the program: the host is out of memory or the code here is wrong.
 */
export function execute(module: WasmModule, job: Job, entry: Entry): Outcome {
  const note = readNote(module)
  const pages = Math.min(note.maxPages ?? 0, job.limits.memoryMiB * PAGES_PER_MIB)
  if ((note.minPages ?? 0) > pages) return { ...NOTHING, status: 'memory' }
  const memory = new WebAssembly.Memory({ initial: note.minPages ?? 0, maximum: pages })
  const meter = new Meter(job.limits.fuel)
  const wasi = createWasi({ ...job, memory, charge: (units) => meter.charge(units) })
  const machine = new Machine(memory, wasi)
  const ended = runToEnd(() => {
    const instance = machine.instantiate(module, entry.imports?.(machine) ?? {})
    meter.attach(instance)
    if (METER.start in instance.exports) machine.call(METER.start)
    entry.enter(machine)
  })
  return {
    ...meter.judge(ended),
    stdout: wasi.host.streams.stdout(),
    stderr: wasi.host.streams.stderr(),
    files: wasi.host.tree.outputs(),
    memoryBytes: memory.buffer.byteLength,
  }
}

const NOTHING: Outcome = {
  status: 'ok',
  exitCode: 0,
  fuel: 0n,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
  files: [],
  memoryBytes: 0,
}

function readNote(module: WasmModule): MeterNote {
  const [section] = WebAssembly.Module.customSections(module, METER.note)
  return JSON.parse(new TextDecoder().decode(section)) as MeterNote
}

type Ended = Pick<Outcome, 'status' | 'exitCode'>

function runToEnd(run: () => void): Ended {
  try {
    run()
    return { status: 'ok', exitCode: 0 }
  } catch (error) {
    if (error instanceof ProcessExit)
      return { status: error.code === 0 ? 'ok' : 'exit', exitCode: error.code }
    if (error instanceof LimitReached) return { status: error.limit, exitCode: 0 }
    if (error instanceof WebAssembly.RuntimeError) return { status: 'trap', exitCode: 0 }
    throw error
  }
}

/** The counters inside an instance. */
class Meter {
  readonly #limit: bigint
  #fuel: WasmGlobal<bigint> = { value: 0n }
  #depth: WasmGlobal<number> = { value: 0 }
  #denied: WasmGlobal<number> = { value: 0 }

  constructor(fuel: bigint) {
    this.#limit = fuel < MOST_FUEL ? fuel : MOST_FUEL
    this.#fuel.value = this.#limit
  }

  attach({ exports }: WasmInstance): void {
    this.#fuel = exports[METER.fuel] as WasmGlobal<bigint>
    this.#depth = exports[METER.depth] as WasmGlobal<number>
    this.#denied = exports[METER.denied] as WasmGlobal<number>
    this.#fuel.value = this.#limit
    this.#depth.value = DEPTH_SLOTS
  }

  charge(units: number): void {
    this.#fuel.value -= BigInt(units)
    if (this.#fuel.value < 0n) throw new LimitReached('fuel')
  }

  /** A limit that was passed outranks how the program ended, as the last block may overdraw. */
  judge(ended: Ended): Ended & { fuel: bigint } {
    const left = this.#fuel.value
    if (left < 0n) return { status: 'fuel', exitCode: 0, fuel: this.#limit }
    const fuel = this.#limit - left
    if (ended.status !== 'trap') return { ...ended, fuel }
    if (this.#depth.value < 0) return { status: 'depth', exitCode: 0, fuel }
    return { ...ended, status: this.#denied.value === 0 ? 'trap' : 'memory', fuel }
  }
}
