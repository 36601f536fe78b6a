import { truthOf } from '../convert.ts'
import { booleanOf, ERROR, FALSE, TRUE, UNDEFINED, type Value } from '../value.ts'

/** What `&&` or `||` is after its left side alone; undefined when the right side is needed. */
export function shortCircuit(op: '&&' | '||', left: Value): Value | undefined {
  const truth = truthOf(left)
  if (op === '&&') return truth === false ? FALSE : undefined
  return truth === true ? TRUE : undefined
}

/**
 * `&&` and `||` of two values. An error on the left decides; undefined gives way to a right side
 * that decides, as in `undefined && false`.
 */
export function logical(op: '&&' | '||', left: Value, right: Value): Value {
  const a = logicalOf(left)
  const b = logicalOf(right)
  const deciding = op === '||'
  if (a === 'error') return ERROR
  if (a === deciding) return booleanOf(deciding)
  if (typeof a === 'boolean') return logicalValue(b)
  return b === !deciding ? UNDEFINED : logicalValue(b)
}

export function not(value: Value): Value {
  const truth = logicalOf(value)
  return typeof truth === 'boolean' ? booleanOf(!truth) : logicalValue(truth)
}

type Logical = boolean | 'undefined' | 'error'

function logicalOf(value: Value): Logical {
  if (value.type === 'undefined') return 'undefined'
  return truthOf(value) ?? 'error'
}

function logicalValue(logical: Logical): Value {
  if (typeof logical === 'boolean') return booleanOf(logical)
  return logical === 'undefined' ? UNDEFINED : ERROR
}
