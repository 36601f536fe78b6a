import { ByteReader } from './bytes.ts'
import { readInstruction, readValueType, severalMemories } from './decode.ts'
import { OP } from './operators.ts'
import { malformed, Refusal } from './refusal.ts'

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const

export type FunctionType = { params: readonly number[]; results: readonly number[] }

/** What the instrumenter must know of a module. Counts are of definitions; imports are functions only. */
export type ModuleShape = {
  /** Bodies of the sections by id, without custom ones. */
  sections: ReadonlyMap<number, Uint8Array>
  types: readonly FunctionType[]
  /** Type index of every function, imported ones first. */
  functions: readonly number[]
  importedFunctions: number
  globals: number
  memory: { min: number; max: number } | undefined
  start: number | undefined
  exports: ReadonlyMap<string, { kind: number; index: number }>
}

/** Which imports a program may have; `undefined` allows, a text says why not. */
export type ImportRule = (module: string, name: string, type: FunctionType) => string | undefined

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const MAX_TABLES = 16
export const MAX_TABLE_ELEMENTS = 1 << 20
export const MAX_PAGES = 65_536

/**
 * Reads the shape of a valid module.
 *
 * @throws {Refusal} for anything outside the deterministic profile.
 */
export function readModule(wasm: Uint8Array, refusedImport: ImportRule): ModuleShape {
  const sections = splitSections(wasm)
  const body = (id: number): ByteReader | undefined => {
    const bytes = sections.get(id)
    return bytes && new ByteReader(bytes)
  }
  if (sections.has(SECTION.tag))
    throw new Refusal('the module uses exceptions', 'Compile with -fno-exceptions or panic=abort.')
  const types = readVector(body(SECTION.type), readFunctionType)
  const imported = readVector(body(SECTION.import), (reader) =>
    readImport(reader, types, refusedImport),
  )
  const defined = readVector(body(SECTION.function), (reader) => reader.u32())
  checkTables(body(SECTION.table))
  checkElements(body(SECTION.element))
  return {
    sections,
    types,
    functions: [...imported, ...defined],
    importedFunctions: imported.length,
    globals: readVector(body(SECTION.global), skipGlobal).length,
    memory: readMemory(body(SECTION.memory)),
    start: body(SECTION.start)?.u32(),
    exports: new Map(readVector(body(SECTION.export), readExport)),
  }
}

function splitSections(wasm: Uint8Array): Map<number, Uint8Array> {
  if (PREAMBLE.some((byte, i) => wasm[i] !== byte))
    throw malformed('the file is not a WebAssembly module of version 1')
  const sections = new Map<number, Uint8Array>()
  const reader = new ByteReader(wasm, PREAMBLE.length)
  while (!reader.done) {
    const id = reader.u8()
    const bytes = reader.take(reader.u32())
    // Custom sections (names, debug information) do not reach the sandbox.
    if (id === SECTION.custom) continue
    if (id > SECTION.tag) throw malformed(`the module has an unknown section ${id}`)
    sections.set(id, bytes)
  }
  return sections
}

export function readVector<T>(reader: ByteReader | undefined, readItem: (r: ByteReader) => T): T[] {
  const items: T[] = []
  if (reader) for (let count = reader.u32(); count > 0; count--) items.push(readItem(reader))
  return items
}

function readFunctionType(reader: ByteReader): FunctionType {
  if (reader.u8() !== 0x60)
    throw new Refusal('the module uses garbage-collected types', 'Compile with -mno-gc.')
  return { params: readVector(reader, readValueType), results: readVector(reader, readValueType) }
}

const IMPORT_KINDS = ['function', 'table', 'memory', 'global', 'tag']

function readImport(
  reader: ByteReader,
  types: readonly FunctionType[],
  refusedImport: ImportRule,
): number {
  const module = reader.name()
  const name = reader.name()
  const kind = reader.u8()
  if (kind !== 0)
    throw new Refusal(
      `the module imports ${IMPORT_KINDS[kind] ?? 'item'} ${module}.${name}`,
      'Define it inside the module: compile without --import-memory, --import-table or -shared.',
    )
  const index = reader.u32()
  const type = types[index]
  if (!type) throw malformed('an import has no type')
  const reason = refusedImport(module, name, type)
  if (reason !== undefined)
    throw new Refusal(`the module imports function ${module}.${name}`, reason)
  return index
}

function readLimits(reader: ByteReader): { min: number; max: number | undefined } {
  const flags = reader.u8()
  if (flags & 2) throw new Refusal('the module uses shared memory', 'Compile without -pthread.')
  if (flags & 4) throw new Refusal('the module uses 64-bit memory', 'Compile for wasm32.')
  if (flags > 1) throw malformed(`a memory or table has limits of kind ${flags}`)
  return { min: reader.u32(), max: flags & 1 ? reader.u32() : undefined }
}

function readMemory(reader: ByteReader | undefined): ModuleShape['memory'] {
  const memories = readVector(reader, readLimits)
  if (memories.length > 1) throw severalMemories()
  const memory = memories[0]
  return memory && { min: memory.min, max: memory.max ?? MAX_PAGES }
}

function checkTables(reader: ByteReader | undefined): void {
  const tables = readTables(reader)
  const elements = tables.reduce((sum, { min }) => sum + min, 0)
  if (tables.length > MAX_TABLES || elements > MAX_TABLE_ELEMENTS)
    throw new Refusal(
      `the module has ${tables.length} tables of ${elements} elements`,
      `Stay within ${MAX_TABLES} tables of ${MAX_TABLE_ELEMENTS} elements together.`,
    )
}

/** Element type and limits of the tables. */
export function readTables(
  reader: ByteReader | undefined,
): { type: number; min: number; max: number | undefined }[] {
  return readVector(reader, (r) => {
    const type = readValueType(r)
    return { type, ...readLimits(r) }
  })
}

function skipGlobal(reader: ByteReader): void {
  readValueType(reader)
  reader.u8()
  skipConstant(reader)
}

function skipConstant(reader: ByteReader): void {
  while (readInstruction(reader).opcode !== OP.end);
}

function checkElements(reader: ByteReader | undefined): void {
  readVector(reader, (r) => {
    const flags = r.u32()
    const [passive, indexed, expressions] = [flags & 1, flags & 2, flags & 4]
    if (!passive) {
      if (indexed) r.u32()
      skipConstant(r)
    }
    if (passive || indexed) {
      if (expressions) readValueType(r)
      else r.u8()
    }
    readVector(r, expressions ? skipConstant : (item) => item.u32())
  })
}

function readExport(reader: ByteReader): [string, { kind: number; index: number }] {
  return [reader.name(), { kind: reader.u8(), index: reader.u32() }]
}
