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
