import type { Address } from '@millrace/base'
import { type DealTerms, type Odds, WAD } from '@millrace/protocol'
import { plainTerms } from '@millrace/testing/terms'

export const POOL = `0x${'ab'.repeat(20)}` as Address
export const START_MS = 1_800_000_000_000

/** Odds of two workers without a record agreeing, at 20 % saboteurs: what a deal of `verified` asks. */
export const VERIFIED: Odds = 9n * WAD
/** The pool's word is taken. */
export const TRUSTED: Odds = 0n

/** The nth worker's address. */
export function addressAt(n: number): Address {
  return `0x${n.toString(16).padStart(40, '0')}` as Address
}

/** Terms of the nth deal. */
export function dealAt(
  n: number,
  { volume, minOdds }: { volume: number; minOdds: Odds },
): DealTerms {
  const openedAt = START_MS / 1000
  return plainTerms({ openedAt, deadlineSec: 86_400, salt: n }, { pool: POOL, volume, minOdds })
}
