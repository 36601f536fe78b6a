import { toText } from '../convert.ts'
import type { AdFunction, FunctionGroup } from '../run.ts'
import { booleanOf, ERROR, integerOf, UNDEFINED, type Value } from '../value.ts'
import { withArguments } from './strict.ts'

/**
 * Order of two version numbers, as strverscmp of the C library has it: runs of digits count as
 * numbers, and a run with more leading zeros comes first.
 */
export function compareVersions(left: string, right: string): number {
  let at = 0
  while (at < left.length && left[at] === right[at]) at += 1
  if (at === left.length && at === right.length) return 0
  let start = at
  while (start > 0 && isDigit(left[start - 1])) start -= 1
  const byText = codeAt(left, at) - codeAt(right, at)
  if (start === at && !(isDigit(left[at]) && isDigit(right[at]))) return byText
  const zeros = leadingZeros(left, start)
  const otherZeros = leadingZeros(right, start)
  if (zeros !== otherZeros) return otherZeros - zeros
  if (zeros > 0) return byText
  const longer = digitsFrom(left, start) - digitsFrom(right, start)
  return longer === 0 ? byText : longer
}

function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0
}

/** Zeros before the first other digit; a lone last zero is a digit, not a leading zero. */
function leadingZeros(text: string, from: number): number {
  let end = from
  while (text[end] === '0') end += 1
  return end > from && !isDigit(text[end]) ? end - from - 1 : end - from
}

function digitsFrom(text: string, from: number): number {
  let end = from
  while (isDigit(text[end])) end += 1
  return end - from
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9'
}

function versionTest(test: (order: number) => Value): AdFunction {
  return withArguments([2], ([left = ERROR, right = ERROR]) => {
    if (left.type === 'undefined' || right.type === 'undefined') return UNDEFINED
    const a = toText(left)
    const b = toText(right)
    if (a.type !== 'string' || b.type !== 'string') return ERROR
    return test(compareVersions(a.value, b.value))
  })
}

/** `version_in_range(version, least, most)`. */
const inRange: AdFunction = withArguments([3], ([tested = ERROR, least = ERROR, most = ERROR]) => {
  if (least.type === 'undefined' || most.type === 'undefined') return UNDEFINED
  const [version, low, high] = [tested, least, most].map(toText)
  if (version?.type !== 'string' || low?.type !== 'string' || high?.type !== 'string') return ERROR
  return booleanOf(
    compareVersions(low.value, version.value) <= 0 &&
      compareVersions(version.value, high.value) <= 0,
  )
})

export const VERSIONS: FunctionGroup = {
  versioncmp: versionTest((order) => integerOf(BigInt(order))),
  versionle: versionTest((order) => booleanOf(order <= 0)),
  versionlt: versionTest((order) => booleanOf(order < 0)),
  versionge: versionTest((order) => booleanOf(order >= 0)),
  versiongt: versionTest((order) => booleanOf(order > 0)),
  versioneq: versionTest((order) => booleanOf(order === 0)),
  version_in_range: inRange,
}
