import type { Expression } from '../ast.ts'
import { toInteger, toReal, toText, truncate, truthOf } from '../convert.ts'
import { foldCase } from '../operators/compare.ts'
import type { AdFunction, FunctionGroup, Run } from '../run.ts'
import { readAbsTime, readRelTime } from '../time.ts'
import { booleanOf, ERROR, FALSE, realOf, TRUE, UNDEFINED, type Value } from '../value.ts'
import { ofOne } from './strict.ts'

function toBoolean(value: Value): Value {
  if (value.type === 'undefined') return UNDEFINED
  if (value.type === 'reltime') return booleanOf(Math.trunc(value.seconds) !== 0)
  if (value.type !== 'string') {
    const truth = truthOf(value)
    return truth === undefined ? ERROR : booleanOf(truth)
  }
  const text = foldCase(value.value)
  if (text === 'true') return TRUE
  return text === 'false' ? FALSE : UNDEFINED
}

/** `relTime("1:00:00")` of a literal is a plain real in the reference, so it is one here. */
const relTime: AdFunction = (args, run) => {
  const [argument] = args
  if (argument === undefined || args.length > 1) return ERROR
  const value = run.evaluate(argument)
  if (value.type === 'string') {
    const seconds = readRelTime(value.value)
    if (seconds === undefined) return ERROR
    return isLiteral(argument) ? realOf(seconds) : { type: 'reltime', seconds }
  }
  if (value.type === 'undefined' || value.type === 'reltime') return value
  if (value.type === 'abstime') return { type: 'reltime', seconds: value.seconds }
  const seconds = secondsOf(value)
  return seconds === undefined ? ERROR : { type: 'reltime', seconds }
}

const absTime: AdFunction = (args, run) => {
  if (args.length === 0) return nowOf(run)
  if (args.length > 2) return ERROR
  const [value = ERROR, zone] = args.map(run.evaluate)
  const offset = zone === undefined ? 0 : offsetOf(zone)
  if (offset === undefined) return ERROR
  if (value.type === 'undefined' || value.type === 'abstime') return value
  if (value.type === 'string') return readAbsTime(value.value) ?? ERROR
  const seconds = value.type === 'reltime' ? value.seconds : secondsOf(value)
  if (seconds === undefined) return ERROR
  return { type: 'abstime', seconds: Math.trunc(seconds), offset }
}

/** The time that the evaluation was given, in UTC. */
export function nowOf(run: Run): Value {
  if (run.nowSec === undefined) return ERROR
  return { type: 'abstime', seconds: run.nowSec, offset: 0 }
}

function isLiteral({ kind }: Expression): boolean {
  return kind === 'literal'
}

function secondsOf(value: Value): number | undefined {
  return value.type === 'integer' || value.type === 'real' ? Number(value.value) : undefined
}

function offsetOf(zone: Value): number | undefined {
  const seconds = zone.type === 'reltime' ? zone.seconds : secondsOf(zone)
  return seconds === undefined ? undefined : Number(truncate(seconds))
}

export const CONVERSIONS: FunctionGroup = {
  int: ofOne(toInteger),
  real: ofOne(toReal),
  string: ofOne(toText),
  bool: ofOne(toBoolean),
  abstime: absTime,
  reltime: relTime,
}
