import { instrument, METER, type MeterNote } from '../meter/instrument.ts'
import { type WasmFunction, type WasmGlobal, type WasmMemory, WebAssembly } from '../webAssembly.ts'

export const ANY_PROFILE = { refusedImport: () => undefined, requiredExports: [] }

export type MeteredInstance = {
  call: (name: string, ...args: unknown[]) => unknown
  memory: WasmMemory
  fuel: WasmGlobal<bigint>
  depth: WasmGlobal<number>
  denied: WasmGlobal<number>
}

/** Instruments a module and makes an instance, as the sandbox does but without WASI. */
export function meteredInstance(
  wasm: Uint8Array,
  {
    fuel = 1n << 40n,
    depth = 100_000,
    pages = 65_536,
    imports = {},
  }: {
    fuel?: bigint
    depth?: number
    pages?: number
    imports?: Record<string, Record<string, WasmFunction>>
  } = {},
): MeteredInstance {
  const module = new WebAssembly.Module(instrument(wasm, ANY_PROFILE))
  const [section] = WebAssembly.Module.customSections(module, METER.note)
  const note = JSON.parse(new TextDecoder().decode(section)) as MeterNote
  const memory = new WebAssembly.Memory({
    initial: note.minPages ?? 0,
    maximum: Math.min(note.maxPages ?? 0, pages),
  })
  const { exports } = new WebAssembly.Instance(module, { ...imports, [METER.module]: { memory } })
  const globals = {
    fuel: exports[METER.fuel] as WasmGlobal<bigint>,
    depth: exports[METER.depth] as WasmGlobal<number>,
    denied: exports[METER.denied] as WasmGlobal<number>,
  }
  globals.fuel.value = fuel
  globals.depth.value = depth
  const call = (name: string, ...args: unknown[]) => (exports[name] as WasmFunction)(...args)
  if (METER.start in exports) call(METER.start)
  return { call, memory, ...globals }
}
