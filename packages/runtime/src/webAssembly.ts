// Types of the WebAssembly JavaScript API, as far as used; they are in no library but the DOM's.

export type WasmModule = { readonly wasmModule: unique symbol }
export type WasmMemory = { readonly buffer: ArrayBuffer }
export type WasmGlobal<T> = { value: T }
export type WasmFunction = (...args: unknown[]) => unknown
export type WasmExport = WasmFunction | WasmMemory | WasmGlobal<bigint | number>
export type WasmInstance = { readonly exports: Readonly<Record<string, WasmExport>> }
export type WasmImports = Record<string, Record<string, WasmFunction | WasmMemory>>

type WebAssemblyApi = {
  validate(bytes: Uint8Array): boolean
  Module: {
    new (bytes: Uint8Array): WasmModule
    customSections(module: WasmModule, name: string): ArrayBuffer[]
  }
  Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance
  Memory: new (pages: { initial: number; maximum: number }) => WasmMemory
  RuntimeError: new () => Error
  CompileError: new () => Error
}

export const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi }
