import { type Hex, type Hex32, ZERO_HEX32 } from '@millrace/base'
import { hashAd } from '../orders.ts'
import type { Attribute, ClassAd, Expression } from './ast.ts'
import { cellOf } from './bytecode/cell.ts'
import { compileAd } from './bytecode/compileAd.ts'
import { flatten } from './flatten.ts'

/** An ad as an order carries it: its bytes, and their hash for the order; zero and no bytes for none. */
export type ChainAd = { ad: Hex; hash: Hex32 }

export const NO_AD: ChainAd = { ad: '0x', hash: ZERO_HEX32 }

/**
 * Byte code of an ad in the full language. Chains of attributes are computed here, reals, lists, nested
 * ads and strings of more than 32 bytes are not advertised, and the rank stays off chain. What the
 * requirements need of the other ad must be within the subset.
 *
 * @throws {ClassAdNotOnChainError} naming the construct and its position.
 * @throws {ClassAdTooLargeError}
 * @see docs/protocol/classads.md
 */
export function toChainAd(ad: ClassAd): ChainAd {
  const flat = [...flatten(ad).attributes].filter(([key, attribute]) => isKept(key, attribute))
  if (flat.length === 0) return NO_AD
  const bytes = compileAd({ attributes: new Map(flat) })
  return { ad: bytes, hash: hashAd(bytes) }
}

function isKept(key: string, { expression }: Attribute): boolean {
  if (key === 'rank') return false
  // An ad that accepts everything need not say so on chain.
  if (key === 'requirements') return !isTrue(expression)
  return isAdvertised(expression)
}

function isTrue(expression: Expression): boolean {
  return (
    expression.kind === 'literal' && 'value' in expression.value && expression.value.value === true
  )
}

/** Literals of the subset, and what only the other ad can settle. */
function isAdvertised(expression: Expression): boolean {
  if (expression.kind === 'list' || expression.kind === 'ad') return false
  if (expression.kind !== 'literal') return true
  const { value } = expression
  switch (value.type) {
    case 'boolean':
    case 'integer':
    case 'string':
      return cellOf(value) !== undefined
    default:
      return false
  }
}
