import type { FunctionType, ImportRule } from '../meter/sections.ts'
import { WASI_SIGNATURES } from '../wasi/signatures.ts'

const I32 = 0x7f
const I64 = 0x7e

/** Programs import WASI preview1 and nothing else. */
export const programImports: ImportRule = (module, name, type) => {
  if (module !== 'wasi_snapshot_preview1')
    return module === 'env'
      ? `Nothing here provides it: link the library that defines ${name}, or remove the call.`
      : 'Only wasi_snapshot_preview1 exists here: compile for wasm32-wasi (preview 1).'
  const signature = WASI_SIGNATURES[name]
  if (signature === undefined) return `WASI preview 1 has no function ${name}.`
  if (!matches(type, signature, name === 'proc_exit' ? [] : [I32]))
    return `WASI preview 1 has ${name} with other parameters: use a current wasi-libc.`
  return undefined
}

/** The JavaScript engine also calls the host that drives it. */
export const engineImports: ImportRule = (module, name, type) =>
  module === 'env' && name.startsWith('host_') ? undefined : programImports(module, name, type)

function matches(type: FunctionType, params: string, results: readonly number[]): boolean {
  const wanted = [...params].map((letter) => (letter === 'i' ? I32 : I64))
  return wanted.join() === type.params.join() && results.join() === type.results.join()
}
