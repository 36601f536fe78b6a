import { type Expression, evaluate, makeAd, parseAd, printAd, type Value } from '@millrace/protocol'

/** A value of a ClassAd that this package writes; numbers are whole. */
export type AdValue = string | number | bigint

/** ClassAd text of attributes, such as `[ Name = "render"; MemoryMiB = 64 ]`. */
export function writeAd(attributes: Record<string, AdValue>): string {
  const entries = Object.entries(attributes).map(([name, value]): [string, Expression] => [
    name,
    { kind: 'literal', value: toValue(value), at: 0 },
  ])
  return printAd(makeAd(entries))
}

/**
 * The text that an attribute of an ad comes to; undefined when it has none, or cannot be read: ads are
 * written by strangers. Names do not depend on capitals.
 */
export function textOfAd(ad: string, name: string): string | undefined {
  const value = valueOfAd(ad, name)
  return value?.type === 'string' ? value.value : undefined
}

/** The whole number that an attribute of an ad comes to; undefined as for {@link textOfAd}. */
export function wholeOfAd(ad: string, name: string): bigint | undefined {
  const value = valueOfAd(ad, name)
  return value?.type === 'integer' ? value.value : undefined
}

function valueOfAd(ad: string, name: string): Value | undefined {
  try {
    const own: Expression = { kind: 'reference', scope: undefined, absolute: false, name, at: 0 }
    return evaluate(own, { my: parseAd(ad), maxSteps: MAX_STEPS })
  } catch {
    return undefined
  }
}

/** Lists of assets show many ads at once. */
const MAX_STEPS = 1_000

function toValue(value: AdValue): Value {
  if (typeof value !== 'string') return { type: 'integer', value: BigInt(value) }
  // A text has no zeros in this language; lines of a description become one.
  return { type: 'string', value: value.replace(/[\r\n\t\0]+/g, ' ') }
}
