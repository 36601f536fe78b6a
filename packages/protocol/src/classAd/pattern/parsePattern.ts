import {
  type Assertion,
  PatternError,
  type PatternNode,
  type PatternOptions,
  type UnitTest,
} from './patternNode.ts'
import { PatternReader, readBrackets, readEscape } from './patternReader.ts'
import { ignoringCase, inverse, range } from './unitSets.ts'

const MAX_NESTING = 50
const MAX_REPEATS = 1_000
const COUNTS = /\{(\d+)(,(\d*))?\}/y

type Parsing = { reader: PatternReader; options: PatternOptions; groups: number; nesting: number }

/**
 * Reads a regular expression of Perl without look-around, back references and inline options.
 *
 * @throws {PatternError}
 */
export function parsePattern(
  source: string,
  options: PatternOptions,
): { node: PatternNode; groups: number } {
  const parsing = { reader: new PatternReader(source), options, groups: 1, nesting: 0 }
  const node = either(parsing)
  if (!parsing.reader.done) throw new PatternError('unmatched )')
  return { node, groups: parsing.groups }
}

function either(parsing: Parsing): PatternNode {
  const options = [sequence(parsing)]
  while (parsing.reader.accept('|')) options.push(sequence(parsing))
  const [only] = options
  return options.length === 1 && only !== undefined ? only : { kind: 'either', options }
}

function sequence(parsing: Parsing): PatternNode {
  const { reader, options } = parsing
  const parts: PatternNode[] = []
  for (;;) {
    if (options.extended && reader.match(/(?:\s+|#[^\n]*)+/y) !== undefined) continue
    if (reader.done || reader.peek() === '|' || reader.peek() === ')') break
    parts.push(repeated(parsing, atom(parsing)))
  }
  return { kind: 'sequence', parts }
}

function repeated(parsing: Parsing, inner: PatternNode): PatternNode {
  const { reader } = parsing
  const counts = countsOf(reader)
  if (counts === undefined) return inner
  const { least, most } = counts
  if (least > most || least > MAX_REPEATS) throw new PatternError('bad count')
  if (most !== Number.POSITIVE_INFINITY && most > MAX_REPEATS) throw new PatternError('bad count')
  const lazy = reader.accept('?')
  if (reader.peek() === '+' || countsOf(reader) !== undefined) throw new PatternError('two counts')
  return { kind: 'repeat', inner, least, most, lazy }
}

function countsOf(reader: PatternReader): { least: number; most: number } | undefined {
  if (reader.accept('*')) return { least: 0, most: Number.POSITIVE_INFINITY }
  if (reader.accept('+')) return { least: 1, most: Number.POSITIVE_INFINITY }
  if (reader.accept('?')) return { least: 0, most: 1 }
  const found = reader.match(COUNTS)
  if (found === undefined) return undefined
  const least = Number(found[1])
  if (found[2] === undefined) return { least, most: least }
  return { least, most: found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]) }
}

function atom(parsing: Parsing): PatternNode {
  const { reader, options } = parsing
  const char = reader.take()
  switch (char) {
    case '(':
      return group(parsing)
    case '[':
      return { kind: 'unit', test: readBrackets(reader, options.ignoreCase) }
    case '.':
      return { kind: 'unit', test: options.dotAll ? () => true : inverse(range(10, 10)) }
    case '^':
      return assert(options.manyLines ? 'lineStart' : 'start')
    case '$':
      return assert(options.manyLines ? 'lineEnd' : 'lastLine')
    case '\\':
      return escaped(parsing)
    case '*':
    case '+':
    case '?':
      throw new PatternError(`nothing before ${char}`)
    default:
      return unit(parsing, range(char.charCodeAt(0), char.charCodeAt(0)))
  }
}

const ASSERTIONS: Record<string, Assertion> = {
  A: 'start',
  Z: 'lastLine',
  z: 'end',
  b: 'edge',
  B: 'noEdge',
}

function escaped(parsing: Parsing): PatternNode {
  const letter = parsing.reader.peek()
  const assertion = Object.hasOwn(ASSERTIONS, letter) ? ASSERTIONS[letter] : undefined
  if (assertion !== undefined) {
    parsing.reader.take()
    return assert(assertion)
  }
  const read = readEscape(parsing.reader)
  return unit(parsing, typeof read === 'number' ? range(read, read) : read)
}

function group(parsing: Parsing): PatternNode {
  const { reader } = parsing
  parsing.nesting += 1
  if (parsing.nesting > MAX_NESTING) throw new PatternError('nested too deep')
  const counted = !reader.accept('?:')
  if (counted && reader.peek() === '?') throw new PatternError('(? is not supported')
  const index = counted ? parsing.groups : undefined
  if (counted) parsing.groups += 1
  const inner = either(parsing)
  if (!reader.accept(')')) throw new PatternError('unmatched (')
  parsing.nesting -= 1
  return { kind: 'group', index, inner }
}

function unit({ options }: Parsing, test: UnitTest): PatternNode {
  return { kind: 'unit', test: options.ignoreCase ? ignoringCase(test) : test }
}

function assert(assertion: Assertion): PatternNode {
  return { kind: 'assert', assertion }
}
