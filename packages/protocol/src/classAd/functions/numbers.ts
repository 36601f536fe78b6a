import { toReal, truncate } from '../convert.ts'
import type { AdFunction, FunctionGroup } from '../run.ts'
import { ERROR, integerOf, realOf, type Value } from '../value.ts'
import { ofOne, withArguments } from './strict.ts'

function rounding(round: (value: number) => number): AdFunction {
  return ofOne((value) => {
    if (value.type === 'integer') return value
    const real = toReal(value)
    return real.type === 'real' ? integerOf(truncate(round(real.value))) : ERROR
  })
}

/** To the nearest whole number, halves to the even one. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}

function power([base = ERROR, exponent = ERROR]: readonly Value[]): Value {
  if (base.type === 'integer' && exponent.type === 'integer' && exponent.value >= 0n) {
    return integerOf(truncate(Number(base.value) ** Number(exponent.value) + 0.5))
  }
  const x = toReal(base)
  const y = toReal(exponent)
  return x.type === 'real' && y.type === 'real' ? realOf(x.value ** y.value) : ERROR
}

/** The least multiple of a number, or the least member of a list, that is not below a value. */
const quantize: AdFunction = withArguments([2], ([value = ERROR, by = ERROR], run) => {
  const real = toReal(value)
  if (real.type !== 'real') return ERROR
  if (by.type !== 'list') return toMultiple(value, real.value, by)
  let last: Value = realOf(0)
  for (const item of run.evaluateItems(by)) {
    const size = toReal(item)
    if (size.type !== 'real') return ERROR
    if (size.value >= real.value) return item
    last = item
  }
  return toMultiple(value, real.value, last)
})

function toMultiple(value: Value, real: number, by: Value): Value {
  if (by.type === 'integer') {
    if (by.value === 0n) return value
    if (value.type !== 'integer')
      return realOf(Math.ceil(real / Number(by.value)) * Number(by.value))
    return integerOf(((value.value + by.value - 1n) / by.value) * by.value)
  }
  const step = toReal(by)
  if (step.type !== 'real') return ERROR
  if (Math.abs(step.value) <= 1e-8) return value
  return realOf(Math.ceil(real / step.value) * step.value)
}

/** A random integer below an integer, or a real below a real; 1.0 when none is given. */
const random: AdFunction = withArguments([0, 1], ([below = realOf(1)], run) => {
  const drawn = run.random?.()
  if (drawn === undefined || (below.type !== 'integer' && below.type !== 'real')) return ERROR
  if (below.value <= 0) return ERROR
  if (below.type === 'real') return realOf(drawn * below.value)
  return integerOf(truncate(drawn * Number(below.value)))
})

export const NUMBERS: FunctionGroup = {
  floor: rounding(Math.floor),
  ceil: rounding(Math.ceil),
  ceiling: rounding(Math.ceil),
  round: rounding(roundHalfEven),
  pow: withArguments([2], power),
  quantize,
  random,
}
