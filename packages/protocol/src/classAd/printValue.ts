import { printWith } from './printer.ts'
import type { Value } from './value.ts'

/** A value as the reference implementation writes it; reals with sixteen digits. */
export function printValue(value: Value): string {
  return printWith({ kind: 'literal', value, at: 0 }, printReal)
}

function printReal(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (Number.isNaN(value)) return 'real("NaN")'
  if (!Number.isFinite(value)) return value < 0 ? 'real("-INF")' : 'real("INF")'
  const [digits = '', exponent = ''] = value.toExponential(15).split('e')
  return `${digits}E${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}
