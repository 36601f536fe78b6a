import { ClassAdSyntaxError, ClassAdTooLargeError } from './errors.ts'
import { MAX_TEXT } from './limits.ts'
import { readNumber } from './readNumber.ts'
import { readQuoted } from './readString.ts'
import type { Mode, Token } from './tokens.ts'
import { ERROR, FALSE, stringOf, TRUE, UNDEFINED, type Value } from './value.ts'

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const SYMBOL = /=\?=|=!=|>>>|\|\||&&|==|!=|<=|>=|<<|>>|\?:|[-+*/%!~&|^<>?:=;,.()[\]{}]/y

const LITERALS: Record<string, Value> = {
  true: TRUE,
  false: FALSE,
  undefined: UNDEFINED,
  error: ERROR,
}

/**
 * Words of a text, the last one `end`. Whether a minus belongs to the number after it depends on the
 * word before it, so the words are read in order.
 *
 * @throws {ClassAdSyntaxError}
 * @throws {ClassAdTooLargeError} when the text is longer than {@link MAX_TEXT}.
 */
export function readTokens(text: string, mode: Mode): Token[] {
  if (text.length > MAX_TEXT) {
    throw new ClassAdTooLargeError({ field: 'text', value: text.length, limit: MAX_TEXT })
  }
  const tokens: Token[] = []
  let at = skipSpace(text, 0)
  while (at < text.length) {
    const token = readToken(text, at, tokens.at(-1), mode)
    tokens.push(token)
    at = skipSpace(text, at + token.text.length)
  }
  tokens.push({ kind: 'end', at: text.length, text: '' })
  return tokens
}

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from
  const at = from + (SPACE.exec(text)?.[0].length ?? 0)
  if (!text.startsWith('/*', at)) return at
  throw new ClassAdSyntaxError({
    position: at,
    found: text.slice(at, at + 20),
    expected: 'a comment that ends with */',
  })
}

function readToken(text: string, at: number, before: Token | undefined, mode: Mode): Token {
  const first = text[at] ?? ''
  if (first === '"' || first === "'") return readText(text, at)
  if (startsNumber(text, at, before)) return readNumber(text, at, mode)
  const word = matchAt(WORD, text, at)
  if (word !== undefined) return readWord(word, at)
  const symbol = matchAt(SYMBOL, text, at)
  if (symbol !== undefined) return { kind: 'symbol', symbol, at, text: symbol }
  throw new ClassAdSyntaxError({
    position: at,
    found: first,
    expected: 'a name, a value or an operator',
  })
}

function readText(text: string, at: number): Token {
  const { value, end } = readQuoted(text, at)
  const written = text.slice(at, end)
  return text[at] === '"'
    ? { kind: 'literal', value: stringOf(value), at, text: written }
    : { kind: 'name', name: value, at, text: written }
}

function readWord(word: string, at: number): Token {
  const lower = word.toLowerCase()
  if (lower === 'is') return { kind: 'symbol', symbol: '=?=', at, text: word }
  if (lower === 'isnt') return { kind: 'symbol', symbol: '=!=', at, text: word }
  const value = Object.hasOwn(LITERALS, lower) ? LITERALS[lower] : undefined
  if (value !== undefined) return { kind: 'literal', value, at, text: word }
  return { kind: 'name', name: word, at, text: word }
}

function startsNumber(text: string, at: number, before: Token | undefined): boolean {
  const minus = text[at] === '-'
  if (minus && before !== undefined && endsOperand(before)) return false
  const from = minus ? at + 1 : at
  return isDigit(text[from]) || (text[from] === '.' && isDigit(text[from + 1]))
}

function endsOperand(token: Token): boolean {
  if (token.kind !== 'symbol') return true
  return [')', ']', '}', '.'].includes(token.symbol)
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9'
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
