import type { AdFunction, Run } from '../run.ts'
import { ERROR, UNDEFINED, type Value } from '../value.ts'

/** A function of so many arguments; with another number of them it is error, unevaluated. */
export function withArguments(
  counts: readonly number[],
  apply: (values: readonly Value[], run: Run) => Value,
): AdFunction {
  return (args, run) => {
    if (!counts.includes(args.length)) return ERROR
    return apply(args.map(run.evaluate), run)
  }
}

/** As {@link withArguments}; error when an argument is error, else undefined when one is that. */
export function strict(
  counts: readonly number[],
  apply: (values: readonly Value[], run: Run) => Value,
): AdFunction {
  return withArguments(counts, (values, run) => {
    if (values.some(({ type }) => type === 'error')) return ERROR
    if (values.some(({ type }) => type === 'undefined')) return UNDEFINED
    return apply(values, run)
  })
}

/** A function of one value. */
export function ofOne(apply: (value: Value, run: Run) => Value): AdFunction {
  return withArguments([1], ([value = ERROR], run) => apply(value, run))
}
