import { type DealTerms, type Odds, WAD } from '@millrace/protocol'
import { plainTerms } from '@millrace/testing/terms'
import { POOL, START_MS } from '../../services/scheduler/src/testing/corePool.ts'

/** Odds of two workers without a record agreeing, at 20 % saboteurs: what a deal of `verified` asks. */
export const VERIFIED: Odds = 9n * WAD
/** The pool's word is taken. */
export const TRUSTED: Odds = 0n

/** Terms of the nth deal. */
export function dealAt(
  n: number,
  { volume, minOdds }: { volume: number; minOdds: Odds },
): DealTerms {
  const openedAt = START_MS / 1000
  return plainTerms({ openedAt, deadlineSec: 86_400, salt: n }, { pool: POOL, volume, minOdds })
}
