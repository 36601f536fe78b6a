export { EngineChangedError, ProgramRefusedError, SandboxUnavailableError } from './errors.ts'
export type {
  PreparedProgram,
  Program,
  RunFailure,
  RunFile,
  RunLimits,
  RunRequest,
  RunResult,
  Runtime,
} from './runtime.ts'
export { createWasmRuntime, type WasmRuntimeOptions } from './wasmRuntime.ts'
