import { booleanCell, type Cell, ERROR_CELL, integerCell, UNDEFINED_CELL } from './cell.ts'
import { BINARY, KIND, UNARY } from './codes.ts'

// Twin of contracts/src/libraries/ClassAdOperatorsLib.sol: total functions, so that evaluating all operands
// of && || ?: gives what lazy evaluation would.

type Truth = boolean | 'undefined' | 'error'

/** Booleans and integers have a truth; strings count as an error. */
function truthOf({ kind, word }: Cell): Truth {
  if (kind === KIND.undefined) return 'undefined'
  return kind === KIND.error || kind === KIND.string ? 'error' : word !== 0n
}

function cellOfTruth(truth: Truth): Cell {
  if (typeof truth === 'boolean') return booleanCell(truth)
  return truth === 'undefined' ? UNDEFINED_CELL : ERROR_CELL
}

/** Whether requirements of this value hold. */
export function isTrue(cell: Cell): boolean {
  return truthOf(cell) === true
}

export function unary(code: number, operand: Cell): Cell {
  const { kind, word } = operand
  if (code >= UNARY.isUndefined) return booleanCell(kind === code - UNARY.isUndefined)
  if (kind === KIND.undefined || kind === KIND.error) return operand
  if (code === UNARY['!']) return kind === KIND.string ? ERROR_CELL : booleanCell(word === 0n)
  if (kind !== KIND.integer) return ERROR_CELL
  return code === UNARY['+'] ? operand : integerCell(-word)
}

export function binary(code: number, left: Cell, right: Cell): Cell {
  switch (code) {
    case BINARY['&&']:
      return logic(false, truthOf(left), truthOf(right))
    case BINARY['||']:
      return logic(true, truthOf(left), truthOf(right))
    case BINARY['=?=']:
      return booleanCell(isSame(left, right))
    case BINARY['=!=']:
      return booleanCell(!isSame(left, right))
    case BINARY['?:']:
      return left.kind === KIND.undefined ? right : left
    default:
      return strict(code, left, right)
  }
}

export function choose(test: Cell, yes: Cell, no: Cell): Cell {
  const truth = truthOf(test)
  if (typeof truth !== 'boolean') return cellOfTruth(truth)
  return truth ? yes : no
}

/** `decider` settles the matter alone; an error on the left does so too. */
function logic(decider: boolean, left: Truth, right: Truth): Cell {
  if (left === decider || left === 'error') return cellOfTruth(left)
  if (left !== 'undefined' || right === decider || right === 'error') return cellOfTruth(right)
  return UNDEFINED_CELL
}

function isSame(left: Cell, right: Cell): boolean {
  return left.kind === right.kind && left.word === right.word
}

/** Arithmetic and comparison: error goes before undefined, undefined before a wrong type. */
function strict(code: number, left: Cell, right: Cell): Cell {
  if (left.kind === KIND.error || right.kind === KIND.error) return ERROR_CELL
  if (left.kind === KIND.undefined || right.kind === KIND.undefined) return UNDEFINED_CELL
  const isText = left.kind === KIND.string
  if (isText !== (right.kind === KIND.string)) return ERROR_CELL
  if (code < BINARY['<']) return isText ? ERROR_CELL : calculate(code, left.word, right.word)
  const [a, b] = isText ? [fold(left.word), fold(right.word)] : [left.word, right.word]
  return booleanCell(compare(code, a, b))
}

/** A to Z in lower case; other bytes, of other alphabets too, as they are. */
function fold(word: bigint): bigint {
  let folded = word
  for (let at = 0n; at < 256n; at += 8n) {
    const byte = (word >> at) & 0xffn
    if (byte >= 0x41n && byte <= 0x5an) folded |= 0x20n << at
  }
  return folded
}

function compare(code: number, left: bigint, right: bigint): boolean {
  switch (code) {
    case BINARY['<']:
      return left < right
    case BINARY['<=']:
      return left <= right
    case BINARY['>']:
      return left > right
    case BINARY['>=']:
      return left >= right
    case BINARY['==']:
      return left === right
    default:
      return left !== right
  }
}

/** What does not fit 256 bits with sign is an error; division rounds towards zero. */
function calculate(code: number, left: bigint, right: bigint): Cell {
  switch (code) {
    case BINARY['+']:
      return integerCell(left + right)
    case BINARY['-']:
      return integerCell(left - right)
    case BINARY['*']:
      return integerCell(left * right)
    case BINARY['/']:
      return right === 0n ? ERROR_CELL : integerCell(left / right)
    default:
      return right === 0n ? ERROR_CELL : integerCell(left % right)
  }
}
