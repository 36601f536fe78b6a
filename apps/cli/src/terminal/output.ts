import { styleText } from 'node:util'
import { toJson } from '@millrace/base'

/** Where a command's words go: results to stdout, everything on the way to stderr. */
export type Output = {
  /** One JSON document and nothing else on stdout. */
  readonly json: boolean
  /** True when stderr is a terminal that can redraw a line. */
  readonly interactive: boolean
  /** Ends a command: its result as one JSON document, or as text for people, if there is any. */
  result(value: unknown, text: () => string | undefined): void
  /** Raw bytes of a program's output, for people only. */
  bytes(bytes: Uint8Array): void
  /** A line of a command whose story is its result; silent under --json. */
  say(text: string): void
  /** A step on the way to a result; silent under --json. */
  note(text: string): void
  /** Redraws the last line of a terminal; `undefined` removes it. Nothing elsewhere. */
  status(text: string | undefined): void
  readonly paint: Paint
}

export type Paint = Record<'bold' | 'dim' | 'good' | 'bad' | 'accent', (text: string) => string>

type Stream = { write(text: string | Uint8Array): unknown; isTTY?: boolean; columns?: number }

export function createOutput({
  json,
  colour,
  stdout = process.stdout,
  stderr = process.stderr,
}: {
  json: boolean
  colour: boolean
  stdout?: Stream
  stderr?: Stream
}): Output {
  const interactive = stderr.isTTY === true && !json
  let drawn = false
  const clear = (): void => {
    if (drawn) stderr.write('\r\u001b[2K')
    drawn = false
  }
  return {
    json,
    interactive,
    result: (value, text) => {
      clear()
      const shown = json ? toJson(value, 2) : text()
      if (shown !== undefined) stdout.write(`${shown}\n`)
    },
    bytes: (bytes) => {
      clear()
      if (!json) stdout.write(bytes)
    },
    say: (text) => {
      clear()
      if (!json) stdout.write(`${text}\n`)
    },
    note: (text) => {
      if (json) return
      clear()
      stderr.write(`${text}\n`)
    },
    status: (text) => {
      if (!interactive) return
      clear()
      if (text === undefined) return
      stderr.write(text)
      drawn = true
    },
    paint: createPaint(colour && stdout.isTTY === true),
  }
}

function createPaint(on: boolean): Paint {
  const paint =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      on ? styleText(format, text, { validateStream: false }) : text
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    good: paint('green'),
    bad: paint('red'),
    accent: paint('cyan'),
  }
}
