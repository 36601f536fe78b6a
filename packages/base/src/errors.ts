/** What a {@link BaseError} carries beside its first line. */
export type BaseErrorOptions = {
  /** Values for machines: logs, metrics, HTTP bodies. JSON-safe; bigints as decimal strings. */
  meta?: Record<string, unknown>
  /** What a person should check or do next, one sentence each. */
  hints?: string[]
  /** Name of the page in docs/errors, without `.md`. */
  docs?: string
  cause?: unknown
}

/**
 * Every error about the world (input, network, chain, other parties) extends this class.
 * `RangeError` and `assert` are for bugs. `instanceof` inside a process, `code` across one.
 */
export abstract class BaseError extends Error {
  abstract readonly code: string
  /** The only thing retry loops look at. */
  readonly retryable: boolean = false
  readonly meta: Record<string, unknown>
  readonly hints: string[]
  readonly docs: string | undefined

  constructor(message: string, { meta = {}, hints = [], docs, cause }: BaseErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.meta = meta
    this.hints = hints
    this.docs = docs
  }
}

/** One bad field of an input, an order, a manifest or a flag. */
export class InvalidInputError extends BaseError {
  readonly code = 'INVALID_INPUT'
  constructor({ field, value, expected }: { field: string; value: unknown; expected: string }) {
    super(`${field} is ${show(value)}, but must be ${expected}.`, {
      meta: { field, value: show(value), expected },
      docs: 'invalid-input',
    })
  }
}

/** An error of another process whose code this process does not know. */
export class RemoteError extends BaseError {
  readonly code: string
  constructor({ code, message, meta, hints }: ErrorJson) {
    super(message, { meta, hints })
    this.code = code
  }
}

/** How errors travel between processes. */
export type ErrorJson = {
  code: string
  message: string
  meta: Record<string, unknown>
  hints: string[]
}

/** Shape of an error on the wire; an unknown thrown value becomes `INTERNAL` without its text. */
export function errorToJson(error: unknown): ErrorJson {
  if (error instanceof BaseError) {
    const { code, message, meta, hints } = error
    return { code, message, meta, hints }
  }
  return {
    code: 'INTERNAL',
    message: 'Internal error; the log of the service has it.',
    meta: {},
    hints: [],
  }
}

/** A short printable form of any value, for messages. */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (value === undefined) return 'missing'
  const text =
    typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}
