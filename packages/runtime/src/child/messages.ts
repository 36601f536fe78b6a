/** What travels between the runtime and its sandboxed children: a JSON head and raw bytes. */

export type RunHead = {
  kind: 'run'
  key: string
  /** The whole argv. */
  args: readonly string[]
  /** 32 bytes as hex without `0x`. */
  seed: string
  limits: RunHeadLimits
  /** In this order their bytes follow. */
  inputs: readonly { path: string; sizeBytes: number }[]
}

export type RunHeadLimits = {
  /** Decimal. */
  fuel: string
  memoryMiB: number
  diskBytes: number
  files: number
  stdoutBytes: number
  wallMs: number
}

/** Bytes: an instrumented module, or the source of a script that runs in the module `engine`. */
export type LoadHead =
  | { kind: 'load'; key: string; role: 'program' | 'engine' }
  | { kind: 'load'; key: string; role: 'script'; engine: string }

/** Parent to child. */
export type Request =
  /** Bytes: a program; the answer has it instrumented. */
  { kind: 'instrument'; engine: boolean } | LoadHead | RunHead

export type ResultHead = {
  kind: 'result'
  status: string
  exitCode: number
  fuel: string
  cpuMs: number
  stdoutBytes: number
  stderrBytes: number
  /** Bytes: stdout, stderr, then these in order. */
  files: readonly { path: string; sizeBytes: number }[]
}

/** Child to parent. */
export type Response =
  | { kind: 'ready' }
  | { kind: 'instrumented' }
  | { kind: 'refused'; what: string; remedy: string }
  | { kind: 'loaded' }
  | ResultHead
  /** The child, not the program, failed. */
  | { kind: 'failed'; message: string }

/** Bytes before the head: its length (u32) and the body's (u64), little endian. */
export const PREFIX_BYTES = 12
