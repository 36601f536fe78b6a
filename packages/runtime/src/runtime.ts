import type { Hex32 } from '@millrace/base'
import type { ResultStatus } from '@millrace/protocol'

/** Limits of one run; all but `wallMs` are part of the job and decide the result. */
export type RunLimits = {
  fuel: bigint
  memoryMiB: number
  diskBytes: number
  files: number
  stdoutBytes: number
  /** The owner's safety net. */
  wallMs: number
}

/** A program: bytes already verified against this digest by the caller. */
export type Program = {
  runtime: 'wasm' | 'javascript'
  name: string
  sha256: Hex32
  bytes: Uint8Array
}

/** A program made ready: profile checked, metered, compiled; cached by digest and options. */
export type PreparedProgram = {
  readonly sha256: Hex32
  readonly key: string
  /** argv[0] of its runs. */
  readonly name: string
  readonly runtime: Program['runtime']
}

export type RunRequest = {
  /** argv[1..]; argv[0] is the program's name. */
  args: readonly string[]
  /** Drives the guest's randomness; same on every replica. */
  seed: Hex32
  /** Files below /in; either bytes, or the path of a host file that only the runtime opens. */
  inputs: readonly { path: string; source: Uint8Array | { hostPath: string; sizeBytes: number } }[]
  limits: RunLimits
}

export type RunFile = { path: string; bytes: Uint8Array }

/** A result: deterministic, the same on every honest machine. */
export type RunResult = {
  kind: 'result'
  status: ResultStatus
  exitCode: number
  fuel: bigint
  stdout: Uint8Array
  stderr: Uint8Array
  /** Plain files below /out, paths relative to it. */
  files: RunFile[]
  /** Time it took here; no part of the result. */
  wallMs: number
  cpuMs: number
}

/** No result: says nothing about the program, the task is tried again. */
export type RunFailure = {
  kind: 'failure'
  reason: 'timeout' | 'cancelled' | 'host-error'
  message: string
}

export type Runtime = {
  /** Layers that hold on this machine, for the worker's advertisement. */
  readonly layers: readonly string[]
  /** @throws {ProgramRefusedError} when the program is not valid or outside the profile. */
  prepare(program: Program): Promise<PreparedProgram>
  /** Never throws for what a program does; `group` (the deal) keeps warm processes apart. */
  run(
    prepared: PreparedProgram,
    request: RunRequest,
    options: { group: string; signal?: AbortSignal },
  ): Promise<RunResult | RunFailure>
  /** Kills all children. */
  close(): Promise<void>
}
