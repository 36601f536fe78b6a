import type { Expression } from './ast.ts'
import type { Mode } from './tokens.ts'
import type { Scope, Value } from './value.ts'

/** What an evaluation may ask of the outside world; without an answer the value is error. */
export type Surroundings = {
  mode: Mode
  /** Seconds since 1970 for `time()`. */
  nowSec: number | undefined
  /** A number from 0 up to 1 for `random()`. */
  random: (() => number) | undefined
}

/** What a function of the language sees of the evaluation it is called in. */
export type Run = Surroundings & {
  scope: Scope | undefined
  /** The value of an argument, in the scope of the call. */
  evaluate: (expression: Expression) => Value
  /** Elements of a list, in the scope the list was written in. */
  evaluateItems: (list: Value & { type: 'list' }) => Iterable<Value>
  /** An expression that was made while evaluating. */
  evaluateIn: (expression: Expression, scope: Scope | undefined) => Value
  /** Counts work that evaluating arguments does not show. */
  charge: (steps: number) => void
}

/** A function of the language; arguments are evaluated when it asks for them. */
export type AdFunction = (args: readonly Expression[], run: Run) => Value

/** Functions by their lower-case names. */
export type FunctionGroup = Readonly<Record<string, AdFunction>>
