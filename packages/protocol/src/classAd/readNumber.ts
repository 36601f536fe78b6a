import { ClassAdSyntaxError } from './errors.ts'
import type { Mode, Token } from './tokens.ts'
import { integerOf, realOf, type Value } from './value.ts'

const NUMBER = /-?(?:0[xX][0-9a-fA-F]+|\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?/y
const HEX = /^-?0[xX]/

/** The number that starts at an offset; a minus before it belongs to it. */
export function readNumber(text: string, at: number, mode: Mode): Token {
  NUMBER.lastIndex = at
  const found = NUMBER.exec(text)?.[0] ?? ''
  const next = text[at + found.length] ?? ''
  const written = found + next
  if (/[.]/.test(next) || (/[eE]/.test(next) && !HEX.test(found))) {
    throw new ClassAdSyntaxError({
      position: at,
      found: written,
      expected: 'a number with digits after its dot and its exponent, such as 1.5 or 2e6',
    })
  }
  return { kind: 'literal', at, text: found, value: numberOf(found, at, mode) }
}

function numberOf(found: string, at: number, mode: Mode): Value {
  // Digits of a hexadecimal number are never read by the reference: only its leading zero is.
  if (HEX.test(found)) return mode === 'old' ? refuseZero(found, at) : integerOf(0n)
  if (/[.eE]/.test(found)) return realOf(Number(found))
  if (/^-?0\d*[89]/.test(found)) return refuseZero(found, at)
  if (mode === 'old' && /^0\d/.test(found)) return refuseZero(found, at)
  const value = BigInt(found)
  return integerOf(value === BigInt.asIntN(64, value) ? value : 0n)
}

function refuseZero(found: string, at: number): never {
  throw new ClassAdSyntaxError({
    position: at,
    found,
    expected: 'a decimal number without leading zeros',
    hint: 'Octal and hexadecimal numbers are not part of the language; write it in decimal.',
  })
}
