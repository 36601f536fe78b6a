import type { DealTerms } from '@millrace/protocol'
import { priceOf, size, workersPart } from './prices.ts'

/** How many of the tasks were committed after they were due; undefined if one had not even started. */
export function countLate(
  { openedAt, slotSec, taskSec }: DealTerms,
  indexes: readonly number[],
  committedAt: number,
): number | undefined {
  const starts = indexes.map((index) => openedAt + index * slotSec)
  if (starts.some((start) => committedAt < start)) return undefined
  return taskSec === 0 ? 0 : starts.filter((start) => committedAt > start + taskSec).length
}

/** What a deal's end moves, besides the prices of app and data set. */
export function endMoney(terms: DealTerms, settled: number, late: number) {
  const [done, left] = [BigInt(settled), size(terms) - BigInt(settled)]
  const isBreached = (settled - late) * 10_000 < terms.slaBps * terms.volume
  const behind = isBreached ? BigInt(late) : 0n
  const poolPart = terms.poolPrice - workersPart(terms)
  return {
    isBreached,
    poolPay: poolPart * (done - behind),
    back: priceOf(terms) * left + poolPart * behind,
    compensation: terms.poolStake * (left + behind),
    stakeKept: terms.poolStake * (done - behind),
  }
}
