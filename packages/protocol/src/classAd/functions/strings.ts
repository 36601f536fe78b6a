import type { Expression } from '../ast.ts'
import { toText } from '../convert.ts'
import { MAX_STRING } from '../limits.ts'
import { compareTexts, foldCase } from '../operators/compare.ts'
import type { AdFunction, FunctionGroup, Run } from '../run.ts'
import { booleanOf, ERROR, integerOf, stringOf, UNDEFINED, type Value } from '../value.ts'
import { ofOne, strict, withArguments } from './strict.ts'

const strcat: AdFunction = (args, run) => {
  let joined = ''
  for (const argument of args) {
    const text = toText(run.evaluate(argument))
    if (text.type !== 'string') return text
    joined += text.value
    if (joined.length > MAX_STRING) return ERROR
  }
  return stringOf(joined)
}

/** `join(",", "a", "b")`, or with a list last; what is undefined is left out. */
const join: AdFunction = (args, run) => {
  const [separator, ...parts] = partsToJoin(args, run)
  if (separator === undefined) return stringOf('')
  const between = separator.type === 'string' ? separator.value : ''
  let joined = ''
  let defined = false
  for (const text of parts) {
    if (text.type === 'undefined') continue
    if (text.type !== 'string') return ERROR
    joined += joined === '' ? text.value : between + text.value
    defined = true
    if (joined.length > MAX_STRING) return ERROR
  }
  if (separator.type === 'error') return ERROR
  const missing = [separator, ...parts].some(({ type }) => type === 'undefined')
  return missing && !defined ? UNDEFINED : stringOf(joined)
}

function partsToJoin(args: readonly Expression[], run: Run): Value[] {
  const values = args.map(run.evaluate)
  const last = values.at(-1)
  if (last?.type !== 'list' || values.length > 2) return values.map(toText)
  const separator = values.length === 2 ? values[0] : undefined
  return [separator ?? stringOf(''), ...run.evaluateItems(last)].map(toText)
}

function changed(change: (text: string) => string): AdFunction {
  return ofOne((value) => {
    const text = toText(value)
    return text.type === 'string' ? stringOf(change(text.value)) : text
  })
}

function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** `substr(text, offset[, length])`; a negative offset or length counts from the end. */
const substr: AdFunction = strict([2, 3], ([text = ERROR, offset = ERROR, length]) => {
  if (text.type !== 'string' || offset.type !== 'integer') return ERROR
  if (length !== undefined && length.type !== 'integer') return ERROR
  const all = text.value.length
  const from = Number(offset.value)
  const start = from < 0 ? Math.max(0, all + from) : Math.min(from, all)
  const wanted = length === undefined ? undefined : Number(length.value)
  if (wanted === undefined) return stringOf(text.value.slice(start))
  const end = wanted < 0 ? all + wanted : start + wanted
  return stringOf(text.value.slice(start, Math.max(start, end)))
})

function comparison(fold: (text: string) => string): AdFunction {
  return withArguments([2], ([left = ERROR, right = ERROR]) => {
    if (left.type === 'undefined' || right.type === 'undefined') return UNDEFINED
    const a = toText(left)
    const b = toText(right)
    if (a.type !== 'string' || b.type !== 'string') return ERROR
    return integerOf(BigInt(compareTexts(fold(a.value), fold(b.value))))
  })
}

/** Whether two texts such as `"a, b"` have an item in common; items end at the delimiters. */
const stringListsIntersect: AdFunction = strict([2, 3], ([left = ERROR, right = ERROR, ends]) => {
  if (left.type !== 'string' || right.type !== 'string') return ERROR
  if (ends !== undefined && ends.type !== 'string') return ERROR
  const delimiters = new Set(ends?.value || ' ,')
  const items = itemsOf(left.value, delimiters)
  return booleanOf([...itemsOf(right.value, delimiters)].some((item) => items.has(item)))
})

function itemsOf(text: string, delimiters: ReadonlySet<string>): Set<string> {
  const items = new Set<string>()
  let item = ''
  for (const char of text) {
    if (!delimiters.has(char)) item += char
    else if (item !== '') {
      items.add(item)
      item = ''
    }
  }
  return item === '' ? items : items.add(item)
}

export const STRINGS: FunctionGroup = {
  strcat,
  join,
  toupper: changed(upper),
  tolower: changed(foldCase),
  substr,
  strcmp: comparison((text) => text),
  stricmp: comparison(foldCase),
  stringlistsintersect: stringListsIntersect,
}
