import { ByteWriter } from '../meter/bytes.ts'
import { SECTION } from '../meter/sections.ts'

export const I32 = 0x7f
export const I64 = 0x7e
export const F64 = 0x7c
export const V128 = 0x7b

export type FunctionSpec = {
  params?: readonly number[]
  results?: readonly number[]
  /** One type each. */
  locals?: readonly number[]
  /** Instructions without the last `end`. */
  code: readonly number[]
  export?: string
}

export type ModuleSpec = {
  imports?: readonly {
    module: string
    name: string
    params?: readonly number[]
    results?: readonly number[]
  }[]
  functions?: readonly FunctionSpec[]
  memory?: { min: number; max?: number; flags?: number }
  /** Mutable i32 globals with these values. */
  globals?: readonly number[]
  table?: { min: number; max?: number }
  /** Function indices put into the table from 0. */
  elements?: readonly number[]
  /** Bytes put into memory from 0. */
  data?: readonly number[]
  start?: number
  /** More exports: name, kind, index. */
  exports?: readonly (readonly [string, number, number])[]
  /** More types behind those of imports and functions. */
  types?: readonly (readonly number[])[]
  /** Sections as they are, behind all others. */
  extra?: readonly { id: number; body: readonly number[] }[]
}

export const i32 = (value: number): number[] => [0x41, ...signed(BigInt(value | 0))]
export const f64 = (value: number): number[] => [
  0x44,
  ...new Uint8Array(new Float64Array([value]).buffer),
]

function signed(value: bigint): number[] {
  return [...new ByteWriter().signed(value).view()]
}

/** A module as bytes. Type i belongs to import or function i. */
export function buildModule(spec: ModuleSpec): Uint8Array {
  const { imports = [], functions = [], globals = [], data, start, extra = [] } = spec
  const out = new ByteWriter().put([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
  const vector = (id: number, items: readonly (readonly number[])[]) => {
    if (items.length === 0) return
    const body = new ByteWriter().u32(items.length)
    for (const item of items) body.put(item)
    out.u8(id).u32(body.length).put(body.view())
  }
  vector(SECTION.type, [...[...imports, ...functions].map(typeOf), ...(spec.types ?? [])])
  vector(SECTION.import, imports.map(importOf))
  vector(
    SECTION.function,
    functions.map((_, i) => bytes((w) => w.u32(imports.length + i))),
  )
  if (spec.table) vector(SECTION.table, [[0x70, ...limits(spec.table)]])
  if (spec.memory) vector(SECTION.memory, [limits(spec.memory)])
  vector(
    SECTION.global,
    globals.map((value) => [I32, 1, ...i32(value), 0x0b]),
  )
  vector(SECTION.export, exportsOf(spec))
  if (start !== undefined) out.u8(SECTION.start).u32(1).u32(start)
  if (spec.elements) vector(SECTION.element, [elementsOf(spec.elements)])
  vector(SECTION.code, functions.map(codeOf))
  if (data) vector(SECTION.data, [[0, ...i32(0), 0x0b, data.length, ...data]])
  for (const { id, body } of extra) out.u8(id).u32(body.length).put(body)
  return out.view().slice()
}

function typeOf({ params = [], results = [] }: Pick<FunctionSpec, 'params' | 'results'>): number[] {
  return [0x60, params.length, ...params, results.length, ...results]
}

function importOf({ module, name }: { module: string; name: string }, index: number): number[] {
  return bytes((writer) => writer.name(module).name(name).u8(0).u32(index))
}

function exportsOf({ imports = [], functions = [], memory, exports = [] }: ModuleSpec): number[][] {
  const list: (readonly [string, number, number])[] = [...exports]
  functions.forEach((fn, i) => {
    if (fn.export !== undefined) list.push([fn.export, 0, imports.length + i])
  })
  if (memory) list.push(['memory', 2, 0])
  return list.map(([name, kind, index]) => bytes((w) => w.name(name).u8(kind).u32(index)))
}

function elementsOf(functions: readonly number[]): number[] {
  return [0, ...i32(0), 0x0b, functions.length, ...functions]
}

function codeOf({ locals = [], code }: FunctionSpec): number[] {
  const body = new ByteWriter().u32(locals.length)
  for (const type of locals) body.u32(1).u8(type)
  body.put(code).u8(0x0b)
  return bytes((writer) => writer.u32(body.length).put(body.view()))
}

function limits({ min, max, flags }: { min: number; max?: number; flags?: number }): number[] {
  return bytes((writer) => {
    writer.u8(flags ?? (max === undefined ? 0 : 1)).u32(min)
    if (max !== undefined) writer.u32(max)
  })
}

function bytes(write: (writer: ByteWriter) => void): number[] {
  const writer = new ByteWriter()
  write(writer)
  return [...writer.view()]
}
