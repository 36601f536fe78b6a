import type { Pattern, PatternStep } from './compilePattern.ts'
import type { Assertion } from './patternNode.ts'
import { isWord } from './unitSets.ts'

/** Places in a text times steps of a pattern that one search may look at. */
const MAX_STATES = 4_000_000

export type Span = { start: number; end: number }

/** Where a pattern was found; `groups[0]` is all of it, a group that took no part is at -1. */
export type PatternMatch = Span & { groups: readonly Span[] }

/**
 * The first place where a pattern occurs, alternatives and repeats tried in Perl's order. A state
 * that failed once is never tried again, so the work is bounded by text times pattern.
 */
export function search(
  pattern: Pattern,
  text: string,
  from: number,
): PatternMatch | undefined | 'tooLarge' {
  const width = text.length - from + 1
  if (pattern.steps.length * width > MAX_STATES) return 'tooLarge'
  const tried = new Uint8Array(pattern.steps.length * width)
  for (let start = from; start <= text.length; start++) {
    const slots = new Attempt(pattern, text, from, tried).run(start)
    if (slots !== undefined) return matchOf(slots, pattern.groups)
  }
  return undefined
}

function matchOf(slots: Int32Array, count: number): PatternMatch {
  const groups = Array.from({ length: count }, (_, i) => {
    const start = slots[2 * i] ?? -1
    const end = slots[2 * i + 1] ?? -1
    return end < 0 ? { start: -1, end: -1 } : { start, end }
  })
  return { start: slots[0] ?? 0, end: slots[1] ?? 0, groups }
}

/** One attempt from one place, with what is still to be tried on a stack. */
class Attempt {
  readonly #steps: readonly PatternStep[]
  readonly #text: string
  readonly #from: number
  readonly #tried: Uint8Array
  readonly #slots: Int32Array
  /** Pairs: a step and a place to try, or -1 - slot and the value it had. */
  readonly #stack: number[] = []

  constructor({ steps, groups }: Pattern, text: string, from: number, tried: Uint8Array) {
    this.#steps = steps
    this.#text = text
    this.#from = from
    this.#tried = tried
    this.#slots = new Int32Array(2 * groups).fill(-1)
  }

  run(start: number): Int32Array | undefined {
    this.#stack.push(0, start)
    while (this.#stack.length > 0) {
      const at = this.#stack.pop() ?? 0
      const index = this.#stack.pop() ?? 0
      if (index < 0) this.#slots[-1 - index] = at
      else if (this.#follow(index, at)) return this.#slots
    }
    return undefined
  }

  /** Goes on from a state until the pattern is found (true) or fails. */
  #follow(from: number, place: number): boolean {
    let index = from
    let at = place
    for (;;) {
      const step = this.#steps[index]
      if (step === undefined || !this.#enter(index, at)) return false
      if (step.op === 'found') return true
      if (!this.#passes(step, at)) return false
      if (step.op === 'save') this.#save(step.slot, at)
      index = this.#next(step, index, at)
      if (step.op === 'unit') at += 1
    }
  }

  /** Marks a state; false when it was tried before, and so failed. */
  #enter(index: number, at: number): boolean {
    const state = index * (this.#text.length - this.#from + 1) + at - this.#from
    if (this.#tried[state] === 1) return false
    this.#tried[state] = 1
    return true
  }

  #passes(step: PatternStep, at: number): boolean {
    if (step.op === 'assert') return holds(step.assertion, this.#text, at)
    if (step.op !== 'unit') return true
    return at < this.#text.length && step.test(this.#text.charCodeAt(at))
  }

  #next(step: PatternStep, index: number, at: number): number {
    if (step.op === 'jump') return step.to
    if (step.op !== 'split') return index + 1
    this.#stack.push(step.second, at)
    return step.first
  }

  #save(slot: number, at: number): void {
    this.#stack.push(-1 - slot, this.#slots[slot] ?? -1)
    this.#slots[slot] = at
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case 'start':
      return at === 0
    case 'end':
      return at === text.length
    case 'lastLine':
      return at === text.length || (at === text.length - 1 && text[at] === '\n')
    case 'lineStart':
      return at === 0 || text[at - 1] === '\n'
    case 'lineEnd':
      return at === text.length || text[at] === '\n'
    case 'edge':
      return isEdge(text, at)
    case 'noEdge':
      return !isEdge(text, at)
  }
}

function isEdge(text: string, at: number): boolean {
  const before = at > 0 && isWord(text.charCodeAt(at - 1))
  const after = at < text.length && isWord(text.charCodeAt(at))
  return before !== after
}
