/**
 * A module is outside the profile. `what` names the thing refused, `remedy` how to compile instead.
 * Thrown inside a sandboxed child, where `ProgramRefusedError` is not loaded: this folder imports nothing.
 */
export class Refusal extends Error {
  readonly what: string
  readonly remedy: string
  constructor(what: string, remedy: string) {
    super(what)
    this.name = 'Refusal'
    this.what = what
    this.remedy = remedy
  }
}

/** For shapes that validation lets through but this instrumenter does not read. */
export function malformed(what: string): Refusal {
  return new Refusal(what, 'Check that the file is a complete WebAssembly module of version 1.')
}
