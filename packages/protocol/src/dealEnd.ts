import { type Wei, wei } from '@millrace/base'
import type { DealTerms } from './deal.ts'

/** What the chain keeps of a deal until it ends. */
export type Delivery = {
  settled: number
  /** Of the settled ones, those that were committed after they were due. */
  late: number
  /** Sum of what division left of the workers' shares. */
  dust: bigint
  /** What appeals took of the pool's stake for settled tasks, and others for spoiled ones. */
  taken: { settled: bigint; spoiled: bigint }
}

/**
 * Who gets what at a deal's end: out of the requester's lock to the providers and back, for tasks
 * that did not settle and for late ones; out of the pool's stake to the requester and back.
 */
export type DealEnd = {
  isBreached: boolean
  appPay: Wei
  datasetPay: Wei
  poolPay: Wei
  refund: Wei
  lateRefund: Wei
  refundStake: Wei
  lateStake: Wei
  poolStake: Wei
}

type Terms = Pick<
  DealTerms,
  'appPrice' | 'datasetPrice' | 'poolPrice' | 'poolStake' | 'workerShareBps' | 'volume' | 'slaBps'
>

/** Whether fewer tasks settled in time than the deal's SLA promises. */
export function isBreached(
  { slaBps, volume }: Pick<DealTerms, 'slaBps' | 'volume'>,
  { settled, late }: Pick<Delivery, 'settled' | 'late'>,
): boolean {
  return (settled - late) * ALL_BPS < slaBps * volume
}

/**
 * The money of a deal's end. Workers were paid batch by batch, out of the same lock. What was taken
 * of settled tasks' stake counts against those in time first: a pool that owes both pays both.
 *
 * @see contracts/src/libraries/EndLib.sol
 */
export function endOfDeal(terms: Terms, { settled, late, dust, taken }: Delivery): DealEnd {
  const isShort = isBreached(terms, { settled, late })
  const [done, behind] = [BigInt(settled), BigInt(isShort ? late : 0)]
  const unsettled = BigInt(terms.volume) - done
  const { appPrice, datasetPrice, poolPrice, poolStake } = terms
  const poolPart = poolPrice - (poolPrice * BigInt(terms.workerShareBps)) / BigInt(ALL_BPS)
  const inTime = poolStake * (done - behind)
  const kept = taken.settled < inTime ? inTime - taken.settled : 0n
  return {
    isBreached: isShort,
    appPay: wei(appPrice * done),
    datasetPay: wei(datasetPrice * done),
    poolPay: wei(poolPart * (done - behind) + dust),
    refund: wei((appPrice + datasetPrice + poolPrice) * unsettled),
    lateRefund: wei(poolPart * behind),
    refundStake: wei(poolStake * unsettled - taken.spoiled),
    lateStake: wei(poolStake * done - taken.settled - kept),
    poolStake: wei(kept),
  }
}

const ALL_BPS = 10_000
