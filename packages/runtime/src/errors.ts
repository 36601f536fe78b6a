import { BaseError } from '@millrace/base'

/** A program cannot run here: not valid, or outside the deterministic profile. */
export class ProgramRefusedError extends BaseError {
  readonly code = 'PROGRAM_REFUSED'
  constructor({ name, what, remedy }: { name: string; what: string; remedy: string }) {
    super(`${name} cannot run: ${what}.`, {
      meta: { program: name, refused: what },
      hints: [remedy],
      docs: 'program-refused',
    })
  }
}

/** No sandboxed child process starts on this machine. */
export class SandboxUnavailableError extends BaseError {
  readonly code = 'SANDBOX_UNAVAILABLE'
  constructor({ tried, cause }: { tried: readonly string[]; cause: unknown }) {
    super(`No sandboxed process starts here (tried ${tried.join(', ')}).`, {
      meta: { tried, reason: cause instanceof Error ? cause.message : String(cause) },
      hints: ['Check that this user may start processes and that memory is left.'],
      docs: 'sandbox-unavailable',
      cause,
    })
  }
}

/** The installed JavaScript engine is not the one whose results everybody compares with. */
export class EngineChangedError extends BaseError {
  readonly code = 'ENGINE_CHANGED'
  constructor({ path, found, expected }: { path: string; found: string; expected: string }) {
    super(`The JavaScript engine ${path} has digest ${found}, not ${expected}.`, {
      meta: { path, found, expected },
      hints: ['Install the dependencies again from the lockfile: npm ci.'],
      docs: 'engine-changed',
    })
  }
}

/** A probe or measurement gave no result; it says nothing about the program. */
export class MeasurementFailedError extends BaseError {
  readonly code = 'MEASUREMENT_FAILED'
  override readonly retryable = true
  constructor({ what, reason }: { what: 'speed' | 'determinism'; reason: string }) {
    super(`Measuring ${what} gave no result: ${reason}.`, {
      meta: { what, reason },
      hints: ['Try again when the machine is less busy, or raise the wall time of the app.'],
      docs: 'measurement-failed',
    })
  }
}
