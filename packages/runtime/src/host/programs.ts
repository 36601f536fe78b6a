import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Hex32 } from '@millrace/base'
import type { LoadHead } from '../child/messages.ts'
import { EngineChangedError, ProgramRefusedError } from '../errors.ts'
import { METER_VERSION } from '../meter/instrument.ts'
import type { PreparedProgram, Program } from '../runtime.ts'
import type { SandboxChild } from './childProcess.ts'
import type { ModuleCache } from './moduleCache.ts'
import { stripTypes } from './stripTypes.ts'

/** quickjs-wasi 3.6.2: part of the rules, as results depend on every byte of it. */
const ENGINE_SHA256 = 'd4c9375f2b1ca4dc95f72c8aa2982a7a9951ac8011490d79c6582df732b4bbd9'
const ENGINE_KEY = `quickjs-${ENGINE_SHA256.slice(0, 16)}-m${METER_VERSION}`
const MAX_SCRIPT_BYTES = 8 << 20

/** What a child must load, in this order, to run a program. */
export type Part = { head: LoadHead; bytes: Uint8Array }

export type ProgramsDeps = {
  cache: ModuleCache
  /** Runs `act` with a fresh child that is killed afterwards, within the time for preparing. */
  withChild: <T>(act: (child: SandboxChild) => Promise<T>) => Promise<T>
}

/** Prepares programs and keeps what is needed to run them. Strangers' bytes are parsed in children. */
export class Programs {
  readonly #deps: ProgramsDeps
  readonly #prepared = new Map<string, { name: string; parts: () => Promise<Part[]> }>()
  readonly #running = new Map<string, Promise<unknown>>()
  #engine: Promise<Buffer> | undefined

  constructor(deps: ProgramsDeps) {
    this.#deps = deps
  }

  async prepare(program: Program): Promise<PreparedProgram> {
    const { runtime, name, sha256, bytes } = program
    if (hash(bytes) !== sha256.slice(2)) throw new RangeError(`${name} does not have its digest`)
    const key = `${sha256.slice(2)}-${runtime === 'wasm' ? `m${METER_VERSION}` : 'js'}`
    // One preparation at a time per program, however many ask.
    const running = this.#running.get(key) ?? this.#prepare(key, program)
    this.#running.set(key, running)
    try {
      await running
    } finally {
      this.#running.delete(key)
    }
    return { sha256, key, name, runtime }
  }

  /** @returns `undefined` for a program that was not prepared here. */
  find({ key }: PreparedProgram): { parts: () => Promise<Part[]> } | undefined {
    return this.#prepared.get(key)
  }

  async #prepare(key: string, program: Program): Promise<void> {
    if (this.#prepared.has(key)) return
    const { name } = program
    if (program.runtime === 'wasm') {
      await this.#metered(key, program)
      const parts = async (): Promise<Part[]> => [
        { head: load(key, 'program'), bytes: await this.#metered(key, program) },
      ]
      this.#prepared.set(key, { name, parts })
      return
    }
    const script = toScript(program)
    await this.#engineModule()
    const parts = async (): Promise<Part[]> => [
      { head: load(ENGINE_KEY, 'engine'), bytes: await this.#engineModule() },
      { head: { kind: 'load', key, role: 'script', engine: ENGINE_KEY }, bytes: script },
    ]
    this.#prepared.set(key, { name, parts })
  }

  #engineModule(): Promise<Buffer> {
    this.#engine ??= this.#loadEngine().catch((error: unknown) => {
      this.#engine = undefined
      throw error
    })
    return this.#engine
  }

  async #loadEngine(): Promise<Buffer> {
    const path = fileURLToPath(import.meta.resolve('quickjs-wasi/quickjs.wasm'))
    const bytes = await readFile(path)
    const found = hash(bytes)
    if (found !== ENGINE_SHA256)
      throw new EngineChangedError({ path, found, expected: ENGINE_SHA256 })
    return this.#metered(ENGINE_KEY, {
      runtime: 'javascript',
      name: 'quickjs',
      sha256: `0x${found}` as Hex32,
      bytes,
    })
  }

  async #metered(key: string, { name, runtime, bytes }: Program): Promise<Buffer> {
    const known = await this.#deps.cache.get(key)
    if (known) return known
    const module = await this.#deps.withChild(async (child) => {
      const { head, body } = await child.request(
        { kind: 'instrument', engine: runtime === 'javascript' },
        { sizeBytes: bytes.length, chunks: [bytes] },
        MAX_GROWTH * bytes.length + MAX_OVERHEAD,
      )
      if (head.kind === 'refused') throw new ProgramRefusedError({ name, ...head })
      if (head.kind !== 'instrumented')
        throw new Error(head.kind === 'failed' ? head.message : `child answered ${head.kind}`)
      return body
    })
    await this.#deps.cache.put(key, module)
    return module
  }
}

/** Metering makes code at most some ten times longer, in modules of nothing but `memory.grow`. */
const MAX_GROWTH = 40
const MAX_OVERHEAD = 65_536

/** Plain JavaScript, types replaced by blanks so that lines stay where they were. */
function toScript({ name, bytes }: Program): Uint8Array {
  if (bytes.length > MAX_SCRIPT_BYTES)
    throw new ProgramRefusedError({
      name,
      what: `its source has ${bytes.length} bytes`,
      remedy: `Stay below ${MAX_SCRIPT_BYTES} bytes; give data as inputs.`,
    })
  try {
    const source = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const script = /\.[mc]?ts$/.test(name) ? stripTypes(source) : source
    return new TextEncoder().encode(script)
  } catch (error) {
    throw new ProgramRefusedError({
      name,
      what: `its source is not valid (${error instanceof Error ? error.message : String(error)})`,
      remedy: 'Use UTF-8, and TypeScript whose types can be erased: no enums, no namespaces.',
    })
  }
}

const load = (key: string, role: 'program' | 'engine'): LoadHead => ({ kind: 'load', key, role })

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
