import type { BinaryOperator } from '../ast.ts'
import { numberOf } from '../convert.ts'
import { integerLike } from '../operators/arithmetic.ts'
import { operate } from '../operators/operate.ts'
import type { AdFunction, FunctionGroup } from '../run.ts'
import {
  booleanOf,
  ERROR,
  FALSE,
  integerOf,
  realOf,
  TRUE,
  UNDEFINED,
  type Value,
} from '../value.ts'
import { ofOne, withArguments } from './strict.ts'

function memberBy(op: '==' | '=?='): AdFunction {
  return withArguments([2], ([wanted = ERROR, list = ERROR], run) => {
    if (list.type === 'undefined' || (op === '==' && wanted.type === 'undefined')) return UNDEFINED
    if (list.type !== 'list' || !isComparable(wanted, op)) return ERROR
    for (const item of run.evaluateItems(list)) {
      if (isTrue(operate(op, item, wanted))) return TRUE
    }
    return FALSE
  })
}

function isComparable({ type }: Value, op: '==' | '=?='): boolean {
  return type !== 'list' && type !== 'ad' && (type !== 'error' || op === '=?=')
}

function isTrue(value: Value): boolean {
  return value.type === 'boolean' && value.value
}

const size: AdFunction = ofOne((value) => {
  switch (value.type) {
    case 'undefined':
      return UNDEFINED
    case 'list':
      return integerOf(BigInt(value.items.length))
    case 'ad':
      return integerOf(BigInt(value.scope.ad.attributes.size))
    case 'string':
      return integerOf(BigInt(value.value.length))
    default:
      return ERROR
  }
})

/** A function of the numbers in a list, undefined ones left out; error when one is no number. */
function ofNumbers(fold: (numbers: readonly Value[]) => Value): AdFunction {
  return ofOne((list, run) => {
    if (list.type === 'undefined') return UNDEFINED
    if (list.type !== 'list') return ERROR
    const numbers: Value[] = []
    for (const item of run.evaluateItems(list)) {
      if (item.type === 'undefined') continue
      if (!['boolean', 'integer', 'real'].includes(item.type)) return ERROR
      numbers.push(item)
    }
    return fold(numbers)
  })
}

function sum(numbers: readonly Value[]): Value {
  const [first, ...rest] = numbers
  return rest.reduce((total, number) => operate('+', total, number), first ?? integerOf(0n))
}

function average(numbers: readonly Value[]): Value {
  if (numbers.length === 0) return integerOf(0n)
  return operate('/', sum(numbers), realOf(numbers.length))
}

/**
 * The least or the greatest number, of equal ones the first. As in the reference, numbers that were
 * compared have become of one type: `min({1, 2.5})` is 1.0.
 */
function bound(op: '<' | '>'): (numbers: readonly Value[]) => Value {
  return (numbers) => {
    const [first, ...rest] = numbers
    if (first === undefined) return UNDEFINED
    return rest.reduce((best, number) => {
      const better = isTrue(operate(op, number, best))
      return better ? alike(number, best) : alike(best, number)
    }, first)
  }
}

/** A number as a real when the other is one, else as an integer. */
function alike(number: Value, other: Value): Value {
  if (number.type === 'real' || other.type === 'real') return realOf(numberOf(number) ?? 0)
  return integerOf(integerLike(number) ?? 0n)
}

const COMPARISONS: Record<string, BinaryOperator> = {
  '<': '<',
  '<=': '<=',
  '==': '==',
  '!=': '!=',
  '>=': '>=',
  '>': '>',
  is: '=?=',
  isnt: '=!=',
}

/** `anyCompare("<", list, x)`: whether one element, or with `all` each, is below x. */
function compareBy(all: boolean): AdFunction {
  return withArguments([3], ([name = ERROR, list = ERROR, than = ERROR], run) => {
    if (name.type === 'undefined') return UNDEFINED
    const op = comparisonNamed(name)
    if (op === undefined) return ERROR
    if (list.type === 'undefined') return UNDEFINED
    if (list.type !== 'list') return ERROR
    return compareItems(op, run.evaluateItems(list), than, all)
  })
}

function comparisonNamed(name: Value): BinaryOperator | undefined {
  if (name.type !== 'string' || !Object.hasOwn(COMPARISONS, name.value)) return undefined
  return COMPARISONS[name.value]
}

function compareItems(
  op: BinaryOperator,
  items: Iterable<Value>,
  than: Value,
  all: boolean,
): Value {
  for (const item of items) {
    const result = operate(op, item, than)
    if (result.type === 'undefined') return FALSE
    if (result.type !== 'boolean') return ERROR
    if (result.value !== all) return booleanOf(!all)
  }
  return booleanOf(all)
}

export const LISTS: FunctionGroup = {
  member: memberBy('=='),
  identicalmember: memberBy('=?='),
  size,
  sum: ofNumbers(sum),
  avg: ofNumbers(average),
  min: ofNumbers(bound('<')),
  max: ofNumbers(bound('>')),
  anycompare: compareBy(false),
  allcompare: compareBy(true),
}
