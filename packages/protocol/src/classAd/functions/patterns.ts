import { MAX_STRING } from '../limits.ts'
import { compilePattern, type Pattern } from '../pattern/compilePattern.ts'
import { type PatternMatch, search } from '../pattern/search.ts'
import type { AdFunction, FunctionGroup, Run } from '../run.ts'
import { booleanOf, ERROR, FALSE, stringOf, UNDEFINED, type Value } from '../value.ts'
import { strict } from './strict.ts'

/** `regexp(pattern, text[, options])`: whether a pattern occurs in a text. */
const regexp: AdFunction = strict([2, 3], ([source = ERROR, text = ERROR, options], run) => {
  const pattern = patternOf(source, options, run)
  return pattern === undefined ? ERROR : occursIn(pattern, text, run)
})

/** Whether a pattern occurs in one text of a list; undefined ones could be it. */
const regexpMember: AdFunction = strict([2, 3], ([source = ERROR, list = ERROR, options], run) => {
  const pattern = patternOf(source, options, run)
  if (pattern === undefined || list.type !== 'list') return ERROR
  let unknown = false
  for (const item of run.evaluateItems(list)) {
    const occurs = occursIn(pattern, item, run)
    if (occurs.type === 'error' || (occurs.type === 'boolean' && occurs.value)) return occurs
    unknown ||= occurs.type === 'undefined'
  }
  return unknown ? UNDEFINED : FALSE
})

function occursIn(pattern: Pattern, text: Value, run: Run): Value {
  if (text.type === 'undefined') return UNDEFINED
  if (text.type !== 'string') return ERROR
  const found = searchCharged(pattern, text.value, 0, run)
  return found === 'tooLarge' ? ERROR : booleanOf(found !== undefined)
}

/**
 * `regexps(pattern, text, replacement[, options])`: the replacement with `\0` to `\9` filled in.
 * Option `f` keeps the text around the match, option `g` replaces every match.
 */
function substitution(always: string): AdFunction {
  return strict([3, 4], ([source = ERROR, text = ERROR, by = ERROR, options], run) => {
    const pattern = patternOf(source, options, run)
    if (pattern === undefined || text.type !== 'string' || by.type !== 'string') return ERROR
    const given = (options?.type === 'string' ? options.value : '') + always
    const replaced = replaceMatches(pattern, text.value, by.value, {
      keep: given.includes('f'),
      all: given.includes('g'),
      run,
    })
    return replaced === undefined ? ERROR : stringOf(replaced)
  })
}

type Replacing = { keep: boolean; all: boolean; run: Run }

function replaceMatches(
  pattern: Pattern,
  text: string,
  by: string,
  { keep, all, run }: Replacing,
): string | undefined {
  const matches = matchesIn(pattern, text, all, run)
  let output = ''
  let kept = 0
  for (const found of matches ?? []) {
    const filled = fillIn(by, text, found)
    if (filled === undefined) return undefined
    output += (keep ? text.slice(kept, found.start) : '') + filled
    if (output.length > MAX_STRING) return undefined
    kept = found.end
  }
  return matches === undefined ? undefined : output + (keep ? text.slice(kept) : '')
}

/** Where a pattern occurs, once or everywhere without overlap; undefined beyond a limit. */
function matchesIn(
  pattern: Pattern,
  text: string,
  all: boolean,
  run: Run,
): PatternMatch[] | undefined {
  const matches: PatternMatch[] = []
  for (let from = 0; from <= text.length; ) {
    const found = searchCharged(pattern, text, from, run)
    if (found === 'tooLarge') return undefined
    if (found === undefined) break
    matches.push(found)
    if (!all) break
    from = found.end > found.start ? found.end : found.end + 1
  }
  return matches
}

/** A replacement with its groups; undefined when it names one that the pattern does not have. */
function fillIn(by: string, text: string, { groups }: PatternMatch): string | undefined {
  let missing = false
  const filled = by.replace(/\\(\d)/g, (_written, digit: string) => {
    const group = groups[Number(digit)]
    if (group === undefined) missing = true
    return group === undefined || group.start < 0 ? '' : text.slice(group.start, group.end)
  })
  return missing ? undefined : filled
}

function searchCharged(pattern: Pattern, text: string, from: number, run: Run) {
  run.charge((pattern.steps.length * (text.length - from)) >> 6)
  return search(pattern, text, from)
}

function patternOf(source: Value, options: Value | undefined, run: Run): Pattern | undefined {
  if (source.type !== 'string') return undefined
  if (options !== undefined && options.type !== 'string') return undefined
  const pattern = compilePattern(source.value, options?.value ?? '')
  run.charge((pattern?.steps.length ?? 0) >> 3)
  return pattern
}

export const PATTERNS: FunctionGroup = {
  regexp,
  regexpmember: regexpMember,
  regexps: substitution(''),
  replace: substitution('f'),
  replaceall: substitution('fg'),
}
