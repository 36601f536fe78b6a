import {
  type Address,
  bps,
  type Hex32,
  type Seconds,
  type UnixSeconds,
  wei,
  ZERO_ADDRESS,
  ZERO_HEX32,
} from '@millrace/base'
import { type DealTerms, type Odds, PLAIN } from '@millrace/protocol'

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
  return {
    requestHash: `0x${salt.toString(16).padStart(64, '0')}` as Hex32,
    bag: ZERO_HEX32,
    requester: ZERO_ADDRESS,
    beneficiary: ZERO_ADDRESS,
    callback: ZERO_ADDRESS,
    app: ZERO_ADDRESS,
    appOwner: ZERO_ADDRESS,
    dataset: ZERO_ADDRESS,
    datasetOwner: ZERO_ADDRESS,
    pool: pool,
    poolOwner: ZERO_ADDRESS,
    appPrice: wei(0n),
    datasetPrice: wei(0n),
    poolPrice: wei(1000n),
    poolStake: wei(100n),
    minOdds,
    firstIndex: 0n,
    fuel: 1_000_000n,
    volume,
    memoryMiB: 64,
    diskMiB: 64,
    wallSec: 60,
    bagCodec: 0x55,
    openedAt: nowSec as UnixSeconds,
    expiresAt: (nowSec + deadlineSec) as UnixSeconds,
    settleWindowSec: SETTLE_WINDOW_SEC as Seconds,
    maturitySec: 0 as Seconds,
    workerShareBps: bps(9000),
    saboteurBps,
    ...PLAIN.terms,
  }
}
