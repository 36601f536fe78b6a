import {
  type Address,
  bps,
  type Hex32,
  seconds,
  type UnixSeconds,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import { type DealTerms, PLAIN } from '@millrace/protocol'

type Times = { openedAt: number; deadlineSec: number }

/**
 * Terms of a deal of one task for 1000 base units, on the pool's word and with nothing at stake, and
 * whatever is said otherwise.
 *
 * @param salt - Two deals with different ones are different deals.
 */
export function plainTerms(
  { openedAt, deadlineSec, salt = 0 }: Times & { salt?: number },
  change: Partial<DealTerms> = {},
): DealTerms {
  // In the order of the contracts, so that terms which were read back are the same text.
  return {
    requestHash: hashLike(salt),
    bag: hashLike(0),
    requester: ZERO_ADDRESS,
    beneficiary: ZERO_ADDRESS,
    callback: ZERO_ADDRESS,
    app: ZERO_ADDRESS,
    appOwner: ZERO_ADDRESS,
    dataset: ZERO_ADDRESS,
    datasetOwner: ZERO_ADDRESS,
    pool: `0x${'ab'.repeat(20)}` as Address,
    poolOwner: ZERO_ADDRESS,
    appPrice: wei(0n),
    datasetPrice: wei(0n),
    poolPrice: wei(1000n),
    poolStake: wei(0n),
    minOdds: 0n,
    firstIndex: 0n,
    fuel: 1_000_000n,
    volume: 1,
    memoryMiB: 64,
    diskMiB: 64,
    wallSec: 10,
    bagCodec: 0x55,
    openedAt: openedAt as UnixSeconds,
    expiresAt: (openedAt + deadlineSec) as UnixSeconds,
    settleWindowSec: seconds(600),
    maturitySec: seconds(0),
    workerShareBps: bps(9000),
    saboteurBps: 2000,
    ...PLAIN.terms,
    ...change,
  }
}

function hashLike(n: number): Hex32 {
  return `0x${n.toString(16).padStart(64, '0')}` as Hex32
}
