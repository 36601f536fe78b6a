import { type Address, seconds, wei } from '@millrace/base'
import type { DealTerms, Odds } from '@millrace/protocol'
import { plainTerms } from '@millrace/testing/terms'

export const SETTLE_WINDOW_SEC = 3600

export type DealOptions = {
  pool: Address
  /** Makes deals differ. */
  salt: number
  saboteurBps: number
  volume: number
  minOdds: Odds
  nowSec: number
  deadlineSec: number
}

/** Terms of a deal as a match would make them; a task costs 1000 and has 100 at stake. */
export function simTerms({
  pool,
  salt,
  saboteurBps,
  volume,
  minOdds,
  nowSec,
  deadlineSec,
}: DealOptions): DealTerms {
  return plainTerms(
    { openedAt: nowSec, deadlineSec, salt },
    {
      pool,
      saboteurBps,
      volume,
      minOdds,
      poolStake: wei(100n),
      wallSec: 60,
      settleWindowSec: seconds(SETTLE_WINDOW_SEC),
    },
  )
}
