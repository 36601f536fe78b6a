import { printValue } from './printValue.ts'
import { absTimeText, relTimeText } from './time.ts'
import { ERROR, integerOf, realOf, stringOf, UNDEFINED, type Value } from './value.ts'

const MAX_INTEGER = 2n ** 63n - 1n
const MIN_INTEGER = -(2n ** 63n)

/** Suffixes that a number in a text may have, as in `int("2K")`. */
const FACTORS: Record<string, number> = { B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }
const NUMBER = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/
const HEX = /^\s*([+-]?)(0[xX][0-9a-fA-F]{1,300})/
const SPECIAL = /^\s*([+-]?)(inf(?:inity)?|nan)/i

/** Whether a value counts as true or false; undefined when it counts as neither. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.type) {
    case 'boolean':
      return value.value
    case 'integer':
      return value.value !== 0n
    case 'real':
      return value.value !== 0
    default:
      return undefined
  }
}

/** A boolean, integer or real as a double; undefined for other values. */
export function numberOf(value: Value): number | undefined {
  switch (value.type) {
    case 'boolean':
      return value.value ? 1 : 0
    case 'integer':
      return Number(value.value)
    case 'real':
      return value.value
    default:
      return undefined
  }
}

/** What `real()` makes of a value; what cannot be one becomes error, undefined stays. */
export function toReal(value: Value): Value {
  switch (value.type) {
    case 'undefined':
      return UNDEFINED
    case 'string': {
      const read = readNumberText(value.value)
      return read === undefined ? ERROR : realOf(read.number * read.factor)
    }
    case 'abstime':
      return realOf(value.seconds)
    case 'reltime':
      return realOf(Math.trunc(value.seconds))
    default: {
      const number = numberOf(value)
      return number === undefined ? ERROR : realOf(number)
    }
  }
}

/** What `int()` makes of a value, fractions cut off; what cannot be one becomes error. */
export function toInteger(value: Value): Value {
  switch (value.type) {
    case 'integer':
      return value
    case 'string': {
      const read = readNumberText(value.value)
      if (read === undefined) return ERROR
      return integerOf(truncate(Number(truncate(read.number)) * read.factor))
    }
    default: {
      const real = toReal(value)
      return real.type === 'real' ? integerOf(truncate(real.value)) : real
    }
  }
}

/** What `string()` makes of a value; undefined and error stay what they are. */
export function toText(value: Value): Value {
  switch (value.type) {
    case 'undefined':
    case 'error':
    case 'string':
      return value
    case 'abstime':
      return stringOf(absTimeText(value))
    case 'reltime':
      return stringOf(relTimeText(value.seconds))
    default:
      return stringOf(printValue(value))
  }
}

/** A double without its fraction as a 64-bit integer: the nearest one it has, 0 for NaN. */
export function truncate(real: number): bigint {
  if (Number.isNaN(real)) return 0n
  if (!Number.isFinite(real)) return real > 0 ? MAX_INTEGER : MIN_INTEGER
  const whole = BigInt(Math.trunc(real))
  if (whole > MAX_INTEGER) return MAX_INTEGER
  return whole < MIN_INTEGER ? MIN_INTEGER : whole
}

/** The number that a text starts with, and the size suffix after it. */
function readNumberText(text: string): { number: number; factor: number } | undefined {
  const hex = HEX.exec(text)
  if (hex !== null) {
    const size = Number(hex[2])
    return { number: hex[1] === '-' ? -size : size, factor: factorAt(text, hex[0].length) }
  }
  const plain = NUMBER.exec(text)
  if (plain !== null) return { number: Number(plain[1]), factor: factorAt(text, plain[0].length) }
  const special = SPECIAL.exec(text)
  if (special === null) return undefined
  const size = special[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY
  return { number: special[1] === '-' ? -size : size, factor: 1 }
}

function factorAt(text: string, at: number): number {
  const suffix = text[at]?.toUpperCase() ?? ''
  return Object.hasOwn(FACTORS, suffix) ? (FACTORS[suffix] ?? 1) : 1
}
