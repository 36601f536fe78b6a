import { type ClassAd, type Expression, makeAd } from './ast.ts'
import { numberOf, truthOf } from './convert.ts'
import { Evaluation } from './evaluation.ts'
import { parseExpression } from './parser.ts'
import type { Surroundings } from './run.ts'
import type { Scope, Value } from './value.ts'

export type EvaluateOptions = {
  /** Which of the two ways names are looked up, see {@link Mode}; `new` unless told. */
  mode?: Surroundings['mode']
  /** Seconds since 1970 for `time()`; without it `time()` is error. */
  nowSec?: number
  /** A number from 0 up to 1 for `random()`; without it `random()` is error. */
  random?: () => number
  /** Most nodes to visit, where many ads are judged; see `limits.ts` for the most there is. */
  maxSteps?: number
}

export type EvaluateContext = EvaluateOptions & {
  /** The ad the expression belongs to: `MY`, and names without a scope. */
  my?: ClassAd
  /** The other ad of the match: `TARGET`. */
  target?: ClassAd
}

/** Two ads side by side. */
export type MatchResult = {
  /** Whether each ad's Requirements accept the other; what is undefined accepts nothing. */
  matches: boolean
  /** What `RIGHT.requirements && LEFT.requirements` is; `matches` is whether it counts as true. */
  symmetric: Value
  /** What the Requirements of each ad make of the other. */
  leftRequirements: Value
  rightRequirements: Value
  /** How well each ad likes the other, higher is better; 0 when its Rank is no number. */
  leftRank: number
  rightRank: number
}

const EMPTY = makeAd([])

/**
 * The value of an expression between two ads. It never throws and never runs for long: beyond the
 * limits of `limits.ts` the value is error.
 */
export function evaluate(expression: Expression, context: EvaluateContext = {}): Value {
  const { left } = contextOf(context.my ?? EMPTY, context.target ?? EMPTY, context)
  return new Evaluation(surroundingsOf(context), context.maxSteps).valueIn(expression, left)
}

/** Whether two ads accept each other, and how they rank each other. */
export function matchAds(
  left: ClassAd,
  right: ClassAd,
  options: EvaluateOptions = {},
): MatchResult {
  const { match } = contextOf(left, right, options)
  const valueBetween = (expression: Expression) =>
    new Evaluation(surroundingsOf(options), options.maxSteps).valueIn(expression, match)
  const symmetric = valueBetween(SYMMETRIC)
  return {
    matches: truthOf(symmetric) === true,
    symmetric,
    leftRequirements: valueBetween(LEFT_REQUIREMENTS),
    rightRequirements: valueBetween(RIGHT_REQUIREMENTS),
    leftRank: rankOf(valueBetween(LEFT_RANK)),
    rightRank: rankOf(valueBetween(RIGHT_RANK)),
  }
}

/** A value of Rank as a number; what is no number, or is not finite, ranks 0. */
export function rankOf(value: Value): number {
  const rank = numberOf(value)
  return rank === undefined || !Number.isFinite(rank) ? 0 : rank
}

const SYMMETRIC = parseExpression('RIGHT.requirements && LEFT.requirements')
const LEFT_REQUIREMENTS = parseExpression('LEFT.requirements')
const RIGHT_REQUIREMENTS = parseExpression('RIGHT.requirements')
const LEFT_RANK = parseExpression('LEFT.rank')
const RIGHT_RANK = parseExpression('RIGHT.rank')

function surroundingsOf({ mode = 'new', nowSec, random }: EvaluateOptions): Surroundings {
  return { mode, nowSec, random }
}

/**
 * The scopes of a match: an outer ad with LEFT and RIGHT, in it one ad for each side that says who
 * MY and TARGET are, in that the ad itself.
 */
function contextOf(left: ClassAd, right: ClassAd, { mode }: EvaluateOptions) {
  const attributes: [string, Expression][] = []
  const outer: Scope = { ad: EMPTY, parent: undefined }
  const leftScope: Scope = { ad: left, parent: undefined }
  const rightScope: Scope = { ad: right, parent: undefined }
  leftScope.parent = sideOf(leftScope, rightScope, outer)
  rightScope.parent = sideOf(rightScope, leftScope, outer)
  if (mode === 'old') {
    leftScope.fallback = rightScope
    rightScope.fallback = leftScope
  }
  attributes.push(['LEFT', adLiteral(leftScope)], ['RIGHT', adLiteral(rightScope)])
  outer.ad = makeAd(attributes)
  return { left: leftScope, match: outer }
}

function sideOf(my: Scope, target: Scope, parent: Scope): Scope {
  const ad = makeAd([
    ['MY', adLiteral(my)],
    ['TARGET', adLiteral(target)],
    ['OTHER', adLiteral(target)],
    ['AD', adLiteral(my)],
  ])
  return { ad, parent }
}

function adLiteral(scope: Scope): Expression {
  return { kind: 'literal', value: { type: 'ad', scope }, at: 0 }
}
