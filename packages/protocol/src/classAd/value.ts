import type { ClassAd, Expression } from './ast.ts'

/** An ad in its place: names it does not have are looked for in `parent`, then in `fallback`. */
export type Scope = {
  ad: ClassAd
  parent: Scope | undefined
  /** Old mode only: where names are looked for that neither the ad nor its parents have. */
  fallback?: Scope
}

/** Seconds since 1970 and the offset of the zone it was written in, in seconds east. */
export type AbsTime = { type: 'abstime'; seconds: number; offset: number }

/** Elements are evaluated when they are asked for, in the scope the list was written in. */
export type ListValue = {
  type: 'list'
  items: readonly Expression[]
  scope: Scope | undefined
}

/** A value of the language. Integers are 64 bits wide and wrap; reals are IEEE doubles. */
export type Value =
  | { type: 'undefined' }
  | { type: 'error' }
  | { type: 'boolean'; value: boolean }
  | { type: 'integer'; value: bigint }
  | { type: 'real'; value: number }
  | { type: 'string'; value: string }
  | AbsTime
  | { type: 'reltime'; seconds: number }
  | ListValue
  | { type: 'ad'; scope: Scope }

export const UNDEFINED: Value = { type: 'undefined' }
export const ERROR: Value = { type: 'error' }
export const TRUE: Value = { type: 'boolean', value: true }
export const FALSE: Value = { type: 'boolean', value: false }

export function booleanOf(value: boolean): Value {
  return value ? TRUE : FALSE
}

/** An integer of any size, wrapped to 64 bits as the reference implementation does. */
export function integerOf(value: bigint): Value {
  return { type: 'integer', value: BigInt.asIntN(64, value) }
}

export function realOf(value: number): Value {
  return { type: 'real', value }
}

export function stringOf(value: string): Value {
  return { type: 'string', value }
}
