import { parsePattern } from './parsePattern.ts'
import { type Assertion, PatternError, type PatternNode, type UnitTest } from './patternNode.ts'

const MAX_STEPS = 2_000

/** A step of a compiled pattern; `first` is tried before `second`. */
export type PatternStep =
  | { op: 'unit'; test: UnitTest }
  | { op: 'assert'; assertion: Assertion }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { op: 'save'; slot: number }
  | { op: 'found' }

export type Pattern = { steps: readonly PatternStep[]; groups: number }

/**
 * Compiles a regular expression; undefined when it cannot be read or needs more than is allowed.
 *
 * @param options letters of `i`, `m`, `s`, `x`; others are passed over.
 */
export function compilePattern(source: string, options: string): Pattern | undefined {
  try {
    const { node, groups } = parsePattern(source, {
      ignoreCase: options.includes('i'),
      manyLines: options.includes('m'),
      dotAll: options.includes('s'),
      extended: options.includes('x'),
    })
    const steps: PatternStep[] = []
    emit(steps, { kind: 'group', index: 0, inner: node })
    push(steps, { op: 'found' })
    return { steps, groups }
  } catch (error) {
    if (error instanceof PatternError) return undefined
    throw error
  }
}

function push(steps: PatternStep[], step: PatternStep): number {
  if (steps.length >= MAX_STEPS) throw new PatternError('too many steps')
  return steps.push(step) - 1
}

function emit(steps: PatternStep[], node: PatternNode): void {
  switch (node.kind) {
    case 'unit':
      push(steps, { op: 'unit', test: node.test })
      return
    case 'assert':
      push(steps, { op: 'assert', assertion: node.assertion })
      return
    case 'sequence':
      for (const part of node.parts) emit(steps, part)
      return
    case 'either':
      emitEither(steps, node.options)
      return
    case 'group':
      emitGroup(steps, node)
      return
    case 'repeat':
      emitRepeat(steps, node)
  }
}

function emitGroup(steps: PatternStep[], { index, inner }: PatternNode & { kind: 'group' }): void {
  if (index !== undefined) push(steps, { op: 'save', slot: 2 * index })
  emit(steps, inner)
  if (index !== undefined) push(steps, { op: 'save', slot: 2 * index + 1 })
}

function emitEither(steps: PatternStep[], options: readonly PatternNode[]): void {
  const jumps: number[] = []
  for (const [i, option] of options.entries()) {
    if (i === options.length - 1) {
      emit(steps, option)
      break
    }
    const split = push(steps, { op: 'split', first: 0, second: 0 })
    emit(steps, option)
    jumps.push(push(steps, { op: 'jump', to: 0 }))
    steps[split] = { op: 'split', first: split + 1, second: steps.length }
  }
  for (const jump of jumps) steps[jump] = { op: 'jump', to: steps.length }
}

function emitRepeat(
  steps: PatternStep[],
  { inner, least, most, lazy }: PatternNode & { kind: 'repeat' },
): void {
  for (let i = 0; i < least; i++) emit(steps, inner)
  if (most === Number.POSITIVE_INFINITY) {
    const split = push(steps, { op: 'split', first: 0, second: 0 })
    emit(steps, inner)
    push(steps, { op: 'jump', to: split })
    steps[split] = splitTo(split + 1, steps.length, lazy)
    return
  }
  const splits: number[] = []
  for (let i = least; i < most; i++) {
    splits.push(push(steps, { op: 'split', first: 0, second: 0 }))
    emit(steps, inner)
  }
  for (const split of splits) steps[split] = splitTo(split + 1, steps.length, lazy)
}

function splitTo(inside: number, past: number, lazy: boolean): PatternStep {
  return lazy
    ? { op: 'split', first: past, second: inside }
    : { op: 'split', first: inside, second: past }
}
