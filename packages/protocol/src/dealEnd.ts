import { type Wei, wei } from '@millrace/base'
import type { DealTerms } from './deal.ts'

/** What the chain keeps of a deal until it ends. */
export type Delivery = {
  settled: number
  /** Of the settled ones, those that were committed after they were due. */
  late: number
  /** Sum of what division left of the workers' shares. */
  dust: bigint
  /**
   * For how many settled tasks the pool's stake and own part of the price were taken, never more than
   * were in time, and how much of its stake for spoiled ones.
   */
  taken: { tasks: number; spoiled: bigint }
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
 * The money of a deal's end. Workers were paid batch by batch, out of the same lock.
 *
 * @see contracts/src/libraries/EndLib.sol
 */
export function endOfDeal(terms: Terms, { settled, late, dust, taken }: Delivery): DealEnd {
  const isShort = isBreached(terms, { settled, late })
  const [done, behind] = [BigInt(settled), BigInt(isShort ? late : 0)]
  const unsettled = BigInt(terms.volume) - done
  const { appPrice, datasetPrice, poolPrice, poolStake } = terms
  const poolPart = poolPrice - (poolPrice * BigInt(terms.workerShareBps)) / BigInt(ALL_BPS)
  const kept = done - behind - BigInt(taken.tasks)
  return {
    isBreached: isShort,
    appPay: wei(appPrice * done),
    datasetPay: wei(datasetPrice * done),
    poolPay: wei(poolPart * kept + dust),
    refund: wei((appPrice + datasetPrice + poolPrice) * unsettled),
    lateRefund: wei(poolPart * behind),
    refundStake: wei(poolStake * unsettled - taken.spoiled),
    lateStake: wei(poolStake * behind),
    poolStake: wei(poolStake * kept),
  }
}

const ALL_BPS = 10_000
