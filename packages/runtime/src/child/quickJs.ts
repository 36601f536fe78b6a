import { LimitReached } from '../wasi/errno.ts'
import { GuestMemory } from '../wasi/guestMemory.ts'
import type { WasmImports } from '../webAssembly.ts'
import type { Machine } from './execute.ts'

/** A value inside the engine: a pointer to a reference that its holder frees or passes on. */
export type Value = number

/** A function of the host that programs call; a thrown {@link GuestError} is thrown inside. */
export type HostFunction = (...args: Value[]) => Value

/** Becomes an `Error` inside the engine, which the program may catch. */
export class GuestError extends Error {}

const EVAL_MODULE = 1
const MAX_STACK_BYTES = 512 * 1024
const REJECTED = 2
const PENDING = 0

/**
 * The exports of quickjs-wasi that are needed to run one script, with values as pointers. What a
 * program can repeat frees its memory; the rest goes with the instance.
 */
export class QuickJs {
  readonly #machine: Machine
  readonly #memory: GuestMemory
  readonly #functions: Map<string, HostFunction>
  readonly #unhandled: Map<number, Value>
  /** 16 bytes for results that the engine gives through pointers. */
  readonly #scratch: number

  private constructor(machine: Machine, bridge: Bridge) {
    this.#machine = machine
    this.#memory = new GuestMemory(machine.memory)
    this.#functions = bridge.functions
    this.#unhandled = bridge.unhandled
    this.#scratch = this.#allocate(new Uint8Array(16))
    bridge.engine = this
  }

  static start(machine: Machine, bridge: Bridge): QuickJs {
    machine.call('_initialize')
    if (machine.call('qjs_init') !== 0) throw new LimitReached('memory')
    machine.call('qjs_set_max_stack_size', MAX_STACK_BYTES)
    machine.call('qjs_set_promise_rejection_handler', 1)
    return new QuickJs(machine, bridge)
  }

  /** Evaluates a script; an exception inside is given as `thrown`. */
  evaluate(
    source: Uint8Array,
    { name, asModule }: { name: string; asModule: boolean },
  ): { value: Value } | { thrown: Value } {
    const code = this.#allocate(source)
    const file = this.#allocate(new TextEncoder().encode(name))
    return this.#checked(
      this.#number('qjs_eval', code, source.length, file, asModule ? EVAL_MODULE : 0),
    )
  }

  call(callee: Value, ...args: Value[]): { value: Value } | { thrown: Value } {
    const list = this.#allocate(new Uint8Array(4 * args.length))
    for (const [i, arg] of args.entries()) this.#memory.setU32(list + 4 * i, arg)
    const nothing = this.#number('qjs_get_undefined')
    return this.#checked(this.#number('qjs_call', callee, nothing, args.length, list))
  }

  /** Runs what promises are waiting for; the value thrown by what was never handled, if any. */
  settle(promise: Value): { thrown: Value } | undefined {
    while (this.#number('qjs_is_job_pending') !== 0)
      if (this.#number('qjs_execute_pending_job') < 0)
        return { thrown: this.#number('qjs_get_exception') }
    const state = this.#number('qjs_promise_state', promise)
    if (state === REJECTED) return { thrown: this.#number('qjs_promise_result', promise) }
    if (state === PENDING)
      return { thrown: this.#error('the program waits for a promise that nothing can resolve') }
    for (const thrown of this.#unhandled.values()) return { thrown }
    return undefined
  }

  object(properties: Readonly<Record<string, Value>>): Value {
    const object = this.#number('qjs_new_object')
    for (const [name, value] of Object.entries(properties)) this.#setProperty(object, name, value)
    return object
  }

  array(items: readonly Value[]): Value {
    const array = this.#number('qjs_new_array')
    for (const [i, item] of items.entries())
      this.#machine.call('qjs_set_prop_uint32', array, i, item)
    return array
  }

  undefined(): Value {
    return this.#number('qjs_get_undefined')
  }

  string(text: string | Uint8Array): Value {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
    const pointer = this.#allocate(bytes)
    const value = this.#number('qjs_new_string', pointer, bytes.length)
    this.#machine.call('wasm_free', pointer)
    return value
  }

  bytes(bytes: Uint8Array): Value {
    const pointer = this.#allocate(bytes)
    const value = this.#number('qjs_new_uint8_array', pointer, bytes.length)
    this.#machine.call('wasm_free', pointer)
    return value
  }

  hostFunction(name: string, act: HostFunction): Value {
    this.#functions.set(name, act)
    const bytes = new TextEncoder().encode(name)
    return this.#number('qjs_new_host_function', this.#allocate(bytes), bytes.length, 0)
  }

  /** UTF-8 of a string, copied. */
  textOf(value: Value): Uint8Array {
    const pointer = this.#number('qjs_get_string_len', value, this.#scratch)
    if (pointer === 0) throw new LimitReached('memory')
    this.#memory.refresh()
    const text = this.#memory.bytes(pointer, this.#memory.u32(this.#scratch)).slice()
    this.#machine.call('qjs_free_cstring', pointer)
    return text
  }

  /** Content of a string (UTF-8) or a Uint8Array, copied. */
  contentOf(value: Value): Uint8Array {
    if (this.#number('qjs_is_string', value) !== 0) return this.textOf(value)
    const out = this.#scratch
    const buffer = this.#number('qjs_get_typed_array_buffer', value, out, out + 4, out + 8)
    const start = this.#number('qjs_get_array_buffer', buffer, out + 12)
    this.#memory.refresh()
    const [offset, length] = [this.#memory.u32(out), this.#memory.u32(out + 4)]
    const content = this.#memory.bytes(start + offset, length).slice()
    this.#machine.call('qjs_free_value', buffer)
    return content
  }

  /** A call from inside, which takes the value over; null and a pending exception when it throws. */
  enter(name: string, argc: number, argv: number): Value {
    this.#memory.refresh()
    const args = Array.from({ length: argc }, (_, i) => this.#memory.u32(argv + 4 * i))
    try {
      const act = this.#functions.get(name)
      if (!act) throw new RangeError(`the engine has no host function ${name}`)
      return act(...args)
    } catch (error) {
      if (!(error instanceof GuestError)) throw error
      this.#machine.call('qjs_throw', this.#error(error.message))
      return 0
    }
  }

  #error(message: string): Value {
    const error = this.#number('qjs_new_error')
    this.#setProperty(error, 'message', this.string(message))
    return error
  }

  #setProperty(object: Value, name: string, value: Value): void {
    const bytes = new TextEncoder().encode(`${name}\0`)
    this.#machine.call('qjs_set_prop_string', object, this.#allocate(bytes), value)
  }

  #checked(value: Value): { value: Value } | { thrown: Value } {
    if (this.#number('qjs_is_exception', value) === 0) return { value }
    return { thrown: this.#number('qjs_get_exception') }
  }

  /** Copies bytes in, with a zero behind them. */
  #allocate(bytes: Uint8Array): number {
    const pointer = this.#number('wasm_malloc', bytes.length + 1)
    if (pointer === 0) throw new LimitReached('memory')
    this.#memory.refresh()
    const target = this.#memory.bytes(pointer, bytes.length + 1)
    target.set(bytes)
    target[bytes.length] = 0
    return pointer
  }

  #number(name: string, ...args: number[]): number {
    return (this.#machine.call(name, ...args) as number) >>> 0
  }
}

/** Joins the functions that an instance imports with the engine that is made from it. */
export type Bridge = {
  imports: WasmImports
  functions: Map<string, HostFunction>
  /** Reasons of rejected promises that nothing handles, by the identity of the promise. */
  unhandled: Map<number, Value>
  engine?: QuickJs
}

export function createBridge(machine: Machine): Bridge {
  const bridge: Bridge = { imports: {}, functions: new Map(), unhandled: new Map() }
  const host = {
    host_call: (
      namePointer: number,
      nameLength: number,
      _self: number,
      argc: number,
      argv: number,
    ) => bridge.engine?.enter(readName(machine, namePointer, nameLength), argc, argv >>> 0) ?? 0,
    // Fuel stops a program, not the engine's own interrupt.
    host_interrupt: () => 0,
    host_promise_rejection: (promise: number, reason: number, isHandled: number) => {
      const identity = machine.call('qjs_get_value_ptr', promise) as number
      if (isHandled === 0) bridge.unhandled.set(identity, reason)
      else bridge.unhandled.delete(identity)
    },
    // A program is one file: importing gives the engine's "could not load module".
    host_module_normalize: (_base: number, name: number) => name,
    host_module_load: () => 0,
    host_get_timezone_offset: () => 0,
  }
  bridge.imports = { env: host as unknown as WasmImports[string] }
  return bridge
}

function readName(machine: Machine, pointer: number, length: number): string {
  const memory = new GuestMemory(machine.memory)
  return new TextDecoder().decode(memory.bytes(pointer, length))
}
