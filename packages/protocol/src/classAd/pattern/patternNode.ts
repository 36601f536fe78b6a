/** Whether a UTF-16 unit belongs to a set. */
export type UnitTest = (unit: number) => boolean

export type Assertion = 'lineStart' | 'lineEnd' | 'start' | 'end' | 'lastLine' | 'edge' | 'noEdge'

/** A regular expression, parsed. */
export type PatternNode =
  | { kind: 'unit'; test: UnitTest }
  | { kind: 'assert'; assertion: Assertion }
  | { kind: 'sequence'; parts: readonly PatternNode[] }
  | { kind: 'either'; options: readonly PatternNode[] }
  | { kind: 'group'; index: number | undefined; inner: PatternNode }
  | { kind: 'repeat'; inner: PatternNode; least: number; most: number; lazy: boolean }

/** Options of `regexp()`: `i`, `m`, `s` and `x` of Perl; others are passed over. */
export type PatternOptions = {
  ignoreCase: boolean
  manyLines: boolean
  dotAll: boolean
  extended: boolean
}

/** A pattern that cannot be read, or that needs what this engine leaves out. */
export class PatternError extends Error {}
