import {
  type Address,
  bps,
  type Hex32,
  seconds,
  type UnixSeconds,
  wei,
  ZERO_ADDRESS,
  ZERO_HEX32,
} from '@millrace/base'
import { type DealTerms, type Odds, PLAIN, WAD } from '@millrace/protocol'

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
  return {
    requestHash: `0x${n.toString(16).padStart(64, '0')}` as Hex32,
    bag: ZERO_HEX32,
    requester: ZERO_ADDRESS,
    beneficiary: ZERO_ADDRESS,
    callback: ZERO_ADDRESS,
    app: ZERO_ADDRESS,
    appOwner: ZERO_ADDRESS,
    dataset: ZERO_ADDRESS,
    datasetOwner: ZERO_ADDRESS,
    pool: POOL,
    poolOwner: ZERO_ADDRESS,
    appPrice: wei(0n),
    datasetPrice: wei(0n),
    poolPrice: wei(1000n),
    poolStake: wei(0n),
    minOdds,
    firstIndex: 0n,
    fuel: 1n,
    volume,
    memoryMiB: 64,
    diskMiB: 64,
    wallSec: 10,
    bagCodec: 0x55,
    openedAt: openedAt as UnixSeconds,
    expiresAt: (openedAt + 86_400) as UnixSeconds,
    settleWindowSec: seconds(600),
    maturitySec: seconds(0),
    workerShareBps: bps(9000),
    saboteurBps: 2000,
    ...PLAIN.terms,
  }
}
