/** Facts of a log line; ids always. Never secrets, nothing read from the network above `debug`. */
export type LogFields = Record<string, unknown>

/** Libraries take a logger and never make one. The message is a constant lower-case phrase. */
export type Logger = {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  child(fields: LogFields): Logger
}

const nothing = () => {}
export const silentLogger: Logger = {
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
  child: () => silentLogger,
}

/** A string that prints as `[secret]`; `reveal()` gives it. */
export class Secret<T> {
  readonly #value: T
  constructor(value: T) {
    this.#value = value
  }
  reveal(): T {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}
