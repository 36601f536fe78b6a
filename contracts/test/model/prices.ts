import type { DealTerms } from '@millrace/protocol'

/** Tasks of a deal. */
export const size = ({ volume }: DealTerms): bigint => BigInt(volume)
/** What the requester pays for a task. */
export const priceOf = ({ appPrice, datasetPrice, poolPrice }: DealTerms): bigint =>
  appPrice + datasetPrice + poolPrice
/** What a vote on a task answers for. */
export const atStake = ({ poolPrice, poolStake }: DealTerms): bigint => poolPrice + poolStake
/** What the workers of a task share. */
export const workersPart = ({ poolPrice, workerShareBps }: DealTerms): bigint =>
  (poolPrice * BigInt(workerShareBps)) / 10_000n
