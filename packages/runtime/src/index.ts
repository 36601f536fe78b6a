export {
  EngineChangedError,
  MeasurementFailedError,
  ProgramRefusedError,
  SandboxUnavailableError,
} from './errors.ts'
export { measureSpeed } from './measureSpeed.ts'
export { compareResults, type Probe, probeDeterminism } from './probeDeterminism.ts'
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
