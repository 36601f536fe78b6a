import { PatternError, type UnitTest } from './patternNode.ts'

const CONTROLS: Record<string, number> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 }

const isDigit: UnitTest = (unit) => unit >= 48 && unit <= 57
const isUpper: UnitTest = (unit) => unit >= 65 && unit <= 90
const isLower: UnitTest = (unit) => unit >= 97 && unit <= 122
const isWordUnit: UnitTest = (unit) =>
  isDigit(unit) || isUpper(unit) || isLower(unit) || unit === 95
const isSpace: UnitTest = (unit) => unit === 32 || (unit >= 9 && unit <= 13)
const isHorizontal: UnitTest = (unit) => unit === 32 || unit === 9
const isPrintable: UnitTest = (unit) => unit > 32 && unit < 127

export const isWord = isWordUnit

const CLASSES: Record<string, UnitTest> = {
  d: isDigit,
  w: isWordUnit,
  s: isSpace,
  h: isHorizontal,
}

/** Named sets inside brackets, such as `[[:alpha:]]`. */
const NAMED: Record<string, UnitTest> = {
  alpha: (unit) => isUpper(unit) || isLower(unit),
  digit: isDigit,
  alnum: (unit) => isWordUnit(unit) && unit !== 95,
  upper: isUpper,
  lower: isLower,
  space: isSpace,
  blank: isHorizontal,
  punct: (unit) => isPrintable(unit) && (!isWordUnit(unit) || unit === 95),
  xdigit: (unit) => isDigit(unit) || /[A-Fa-f]/.test(String.fromCharCode(unit)),
  word: isWordUnit,
  print: (unit) => isPrintable(unit) || unit === 32,
  graph: isPrintable,
  cntrl: (unit) => unit < 32 || unit === 127,
}

export function inverse(test: UnitTest): UnitTest {
  return (unit) => !test(unit)
}

export function range(from: number, to: number): UnitTest {
  return (unit) => unit >= from && unit <= to
}

export function anyOf(tests: readonly UnitTest[]): UnitTest {
  return (unit) => tests.some((test) => test(unit))
}

/** The same set whatever the capitals, for the letters A to Z. */
export function ignoringCase(test: UnitTest): UnitTest {
  return (unit) =>
    test(unit) || (isUpper(unit) && test(unit + 32)) || (isLower(unit) && test(unit - 32))
}

/** `\d`, `\W` and their like; undefined when the letter names no set. */
export function classNamed(letter: string): UnitTest | undefined {
  const lower = letter.toLowerCase()
  if (!Object.hasOwn(CLASSES, lower)) return undefined
  const test = CLASSES[lower]
  return letter === lower || test === undefined ? test : inverse(test)
}

/** The set of `[:name:]` or `[:^name:]`. */
export function bracketNamed(name: string): UnitTest {
  const plain = name.startsWith('^') ? name.slice(1) : name
  const test = Object.hasOwn(NAMED, plain) ? NAMED[plain] : undefined
  if (test === undefined) throw new PatternError(`no class ${name}`)
  return plain === name ? test : inverse(test)
}

/** The unit of `\n` and its like; undefined when the letter is none of them. */
export function controlNamed(letter: string): number | undefined {
  return Object.hasOwn(CONTROLS, letter) ? CONTROLS[letter] : undefined
}
