import { PatternError, type UnitTest } from './patternNode.ts'
import {
  anyOf,
  bracketNamed,
  classNamed,
  controlNamed,
  ignoringCase,
  inverse,
  range,
} from './unitSets.ts'

/** Text of a pattern read from left to right. */
export class PatternReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get done(): boolean {
    return this.#at >= this.#text.length
  }

  peek(): string {
    return this.#text[this.#at] ?? ''
  }

  take(): string {
    const char = this.peek()
    if (char === '') throw new PatternError('ends too early')
    this.#at += 1
    return char
  }

  accept(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  /** What a sticky expression finds here; passed over when found. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)
    if (found === null) return undefined
    this.#at += found[0].length
    return found
  }
}

const HEX = /([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,4})\}/y
const NAMED = /\[:(\^?[a-z]+):\]/y

/** The unit or set after a backslash; what only means something elsewhere is refused. */
export function readEscape(reader: PatternReader): UnitTest | number {
  const letter = reader.take()
  const test = classNamed(letter)
  if (test !== undefined) return test
  const control = controlNamed(letter)
  if (control !== undefined) return control
  if (letter === 'x') {
    const hex = reader.match(HEX)
    if (hex === undefined) throw new PatternError('\\x without digits')
    return Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
  }
  if (/[A-Za-z0-9]/.test(letter)) throw new PatternError(`\\${letter} is not supported`)
  return letter.charCodeAt(0)
}

/** A set in brackets; the opening one has been read. */
export function readBrackets(reader: PatternReader, ignoreCase: boolean): UnitTest {
  const negated = reader.accept('^')
  const tests: UnitTest[] = []
  if (reader.accept(']')) tests.push(range(93, 93))
  while (!reader.accept(']')) tests.push(readMember(reader))
  // Before it is turned round: [^a] without regard to capitals leaves out A as well.
  const test = ignoreCase ? ignoringCase(anyOf(tests)) : anyOf(tests)
  return negated ? inverse(test) : test
}

function readMember(reader: PatternReader): UnitTest {
  const named = reader.match(NAMED)
  if (named !== undefined) return bracketNamed(named[1] ?? '')
  const from = readUnit(reader)
  if (typeof from !== 'number') return from
  const rest = reader.match(/-(?!\])/y)
  if (rest === undefined) return range(from, from)
  const to = readUnit(reader)
  if (typeof to !== 'number') return anyOf([range(from, from), range(45, 45), to])
  if (to < from) throw new PatternError('range out of order')
  return range(from, to)
}

function readUnit(reader: PatternReader): UnitTest | number {
  const char = reader.take()
  if (char !== '\\') return char.charCodeAt(0)
  // Inside brackets \b is the backspace.
  return reader.accept('b') ? 8 : readEscape(reader)
}
