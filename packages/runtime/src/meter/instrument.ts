import { analyseFunction } from './analyse.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readValueType } from './decode.ts'
import { emitFunction, type LocalGroup, type MeterGlobals } from './emit.ts'
import { malformed, Refusal } from './refusal.ts'
import {
  type FunctionType,
  type ImportRule,
  MAX_TABLE_ELEMENTS,
  type ModuleShape,
  readModule,
  readTables,
  readVector,
  SECTION,
} from './sections.ts'

/** Part of the cache key: raise it with any change of what is emitted, which changes fuel counts. */
export const METER_VERSION = 2

/** Names of what an instrumented module exchanges with its host. No compiler makes such names. */
export const METER = {
  module: 'millrace',
  memory: 'memory',
  /** i64: fuel left; negative when it ran out. */
  fuel: 'millrace:fuel',
  /** i32: stack slots left; negative when a call went too deep. */
  depth: 'millrace:depth',
  /** i32: 1 when a `memory.grow` was denied. */
  denied: 'millrace:denied',
  /** The module's start function, which then does not run by itself. */
  start: 'millrace:start',
  /** Custom section with {@link MeterNote} as JSON. */
  note: 'millrace',
} as const

/** What the host must know to instantiate. Absent pages: the module has no memory. */
export type MeterNote = { minPages?: number; maxPages?: number }

/** Whether the file is a program with an entry of its own or an engine that the host drives. */
export type MeterProfile = { refusedImport: ImportRule; requiredExports: readonly string[] }

/**
 * Rewrites a valid module so that its run is bounded and the same everywhere:
 *
 * - fuel: a global, lowered at the start of each basic block by the cost of its instructions, and by
 *   the length of bulk operations and memory growth; the program traps soon after it is negative;
 * - depth: a global that bounds the machine stack, so that deep recursion traps at the same call;
 * - NaN: results of float instructions whose bits can be seen are made canonical;
 * - memory: becomes an import, so that the host gives each run its own with the job's limit;
 * - the start function becomes an export, so that it runs metered like the rest;
 * - anything outside the profile is refused.
 *
 * Indices of functions, types, tables and labels stay as they are. Names are dropped.
 *
 * @throws {Refusal}
 */
export function instrument(wasm: Uint8Array, profile: MeterProfile): Uint8Array {
  const shape = readModule(wasm, profile.refusedImport)
  checkExports(shape, profile.requiredExports)
  const globals: MeterGlobals = {
    fuel: shape.globals,
    depth: shape.globals + 1,
    denied: shape.globals + 2,
  }
  const blockTypes = new BlockTypes(shape.types)
  // The code comes first: it decides which block types are needed.
  const code = emitCode(shape, globals, blockTypes)
  const out = new ByteWriter(wasm.length * 2)
  out.put([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00])
  const section = (id: number, body: Uint8Array | undefined) => {
    if (body) out.u8(id).u32(body.length).put(body)
  }
  section(SECTION.custom, emitNote(shape))
  section(SECTION.type, appended(shape, SECTION.type, blockTypes.added))
  section(SECTION.import, appended(shape, SECTION.import, memoryImport(shape)))
  section(SECTION.function, shape.sections.get(SECTION.function))
  section(SECTION.table, emitTables(shape))
  section(SECTION.global, appended(shape, SECTION.global, METER_GLOBALS))
  section(SECTION.export, appended(shape, SECTION.export, meterExports(shape, globals)))
  for (const id of [SECTION.element, SECTION.dataCount]) section(id, shape.sections.get(id))
  section(SECTION.code, code)
  section(SECTION.data, shape.sections.get(SECTION.data))
  return out.view().slice()
}

function checkExports(shape: ModuleShape, required: readonly string[]): void {
  for (const name of shape.exports.keys())
    if (name.startsWith('millrace:'))
      throw new Refusal(
        `the module exports ${JSON.stringify(name)}`,
        'Give it a name that does not start with "millrace:".',
      )
  for (const name of required)
    if (shape.exports.get(name)?.kind !== 0)
      throw new Refusal(
        `the module exports no function ${name}`,
        'Compile a command: clang --target=wasm32-wasi with a main function and without ' +
          '-mexec-model=reactor; rustc --target wasm32-wasip1 with a bin crate; asc --exportStart _start.',
      )
}

/** Types `[] -> results` for functions with several results; appended behind the module's own. */
class BlockTypes {
  readonly added: Uint8Array[] = []
  readonly #base: number
  readonly #indices = new Map<string, number>()

  constructor(types: readonly FunctionType[]) {
    this.#base = types.length
  }

  write(writer: ByteWriter, results: readonly number[]): void {
    const [only] = results
    if (only === undefined) writer.u8(0x40)
    else if (results.length === 1) writer.u8(only)
    else writer.signed(BigInt(this.#indexOf(results)))
  }

  #indexOf(results: readonly number[]): number {
    const key = results.join()
    const known = this.#indices.get(key)
    if (known !== undefined) return known
    const index = this.#base + this.added.length
    this.added.push(new ByteWriter().put([0x60, 0]).u32(results.length).put(results).view())
    this.#indices.set(key, index)
    return index
  }
}

function emitCode(
  shape: ModuleShape,
  globals: MeterGlobals,
  blockTypes: BlockTypes,
): Uint8Array | undefined {
  const source = shape.sections.get(SECTION.code)
  if (!source) return undefined
  const reader = new ByteReader(source)
  const count = reader.u32()
  const out = new ByteWriter(source.length * 2).u32(count)
  for (let i = 0; i < count; i++) {
    const length = reader.u32()
    const type = shape.types[shape.functions[shape.importedFunctions + i] ?? -1]
    if (!type) throw malformed('a function has no type')
    const body = new ByteReader(source, reader.at, reader.at + length)
    const locals = readVector(body, readLocals)
    const bytes = emitFunction({
      source,
      locals,
      paramCount: type.params.length,
      plan: analyseFunction(body, type, shape),
      globals,
      resultType: (writer) => blockTypes.write(writer, type.results),
    })
    out.u32(bytes.length).put(bytes)
    reader.skip(length)
  }
  return out.view()
}

function readLocals(reader: ByteReader): LocalGroup {
  return { count: reader.u32(), type: readValueType(reader) }
}

/** A section with `items` put behind its own; absent when there is nothing at all. */
function appended(
  shape: ModuleShape,
  id: number,
  items: readonly Uint8Array[],
): Uint8Array | undefined {
  const own = shape.sections.get(id)
  if (!own && items.length === 0) return undefined
  const reader = own && new ByteReader(own)
  const out = new ByteWriter().u32((reader?.u32() ?? 0) + items.length)
  if (own && reader) out.put(own.subarray(reader.at))
  for (const item of items) out.put(item)
  return out.view()
}

function memoryImport({ memory }: ModuleShape): Uint8Array[] {
  if (!memory) return []
  const out = new ByteWriter().name(METER.module).name(METER.memory)
  return [out.put([2, 1]).u32(memory.min).u32(memory.max).view()]
}

/** Tables grow to a common limit at most; beyond it `table.grow` gives -1 on every machine. */
function emitTables(shape: ModuleShape): Uint8Array | undefined {
  const source = shape.sections.get(SECTION.table)
  if (!source) return undefined
  const tables = readTables(new ByteReader(source))
  const out = new ByteWriter().u32(tables.length)
  for (const { type, min, max } of tables)
    out
      .u8(type)
      .u8(1)
      .u32(min)
      .u32(Math.min(max ?? MAX_TABLE_ELEMENTS, MAX_TABLE_ELEMENTS))
  return out.view()
}

/** Mutable, zero; the host sets fuel and depth before anything runs. */
const METER_GLOBALS: readonly Uint8Array[] = [
  Uint8Array.of(0x7e, 1, 0x42, 0, 0x0b),
  Uint8Array.of(0x7f, 1, 0x41, 0, 0x0b),
  Uint8Array.of(0x7f, 1, 0x41, 0, 0x0b),
]

function meterExports(shape: ModuleShape, globals: MeterGlobals): Uint8Array[] {
  const item = (name: string, kind: number, index: number): Uint8Array =>
    new ByteWriter().name(name).u8(kind).u32(index).view()
  const items = [
    item(METER.fuel, 3, globals.fuel),
    item(METER.depth, 3, globals.depth),
    item(METER.denied, 3, globals.denied),
  ]
  if (shape.start !== undefined) items.push(item(METER.start, 0, shape.start))
  return items
}

function emitNote({ memory }: ModuleShape): Uint8Array {
  const note: MeterNote = memory ? { minPages: memory.min, maxPages: memory.max } : {}
  const json = new TextEncoder().encode(JSON.stringify(note))
  return new ByteWriter().name(METER.note).put(json).view()
}
