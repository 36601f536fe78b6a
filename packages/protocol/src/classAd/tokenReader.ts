import { ClassAdSyntaxError, ClassAdTooLargeError } from './errors.ts'
import { readTokens } from './lexer.ts'
import { MAX_DEPTH } from './limits.ts'
import type { Mode, Token } from './tokens.ts'

/** Words of a text one by one, with the nesting counted. */
export class TokenReader {
  readonly mode: Mode
  readonly #tokens: Token[]
  #next = 0
  #depth = 0

  constructor(text: string, mode: Mode) {
    this.mode = mode
    this.#tokens = readTokens(text, mode)
  }

  peek(): Token {
    // The last word is `end` and is never passed.
    return this.#tokens[this.#next] ?? { kind: 'end', at: 0, text: '' }
  }

  take(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#next += 1
    return token
  }

  /** The symbol at hand; undefined when it is none. */
  symbol(): string | undefined {
    const token = this.peek()
    return token.kind === 'symbol' ? token.symbol : undefined
  }

  /** Passes a symbol if it is at hand. */
  accept(symbol: string): boolean {
    if (this.symbol() !== symbol) return false
    this.#next += 1
    return true
  }

  expect(symbol: string, hint?: string): void {
    if (!this.accept(symbol)) this.refuse(`"${symbol}"`, hint)
  }

  expectName(): string {
    const token = this.peek()
    if (token.kind !== 'name') return this.refuse('the name of an attribute')
    this.#next += 1
    return token.name
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') this.refuse('an operator or the end')
  }

  refuse(expected: string, hint?: string): never {
    const token = this.peek()
    throw new ClassAdSyntaxError({
      position: token.at,
      found: token.text,
      expected,
      hint: hint ?? hintFor(token, this.#tokens[this.#next - 1]),
    })
  }

  /** One level deeper while `read` runs. */
  nested<T>(read: () => T): T {
    this.sink()
    const result = read()
    this.rise(1)
    return result
  }

  /** @throws {ClassAdTooLargeError} below {@link MAX_DEPTH} levels. */
  sink(): void {
    this.#depth += 1
    if (this.#depth <= MAX_DEPTH) return
    throw new ClassAdTooLargeError({ field: 'nesting', value: this.#depth, limit: MAX_DEPTH })
  }

  rise(levels: number): void {
    this.#depth -= levels
  }
}

function hintFor(token: Token, before: Token | undefined): string | undefined {
  const pair = `${before?.kind === 'symbol' ? before.text : ''}${token.text}`
  if (pair === '<>') return 'Write != for "not equal".'
  if (pair === '&&' || pair === '||') return 'Write && and || without a space.'
  if (token.text === '=') return 'Write == to compare, or =?= to compare so that undefined counts.'
  if (token.kind !== 'name') return undefined
  return before?.kind === 'literal' && /^[kmgt]/i.test(token.text)
    ? 'Sizes have no suffixes: write the number in full.'
    : 'Write && or || between two conditions, and quotes around a text.'
}
