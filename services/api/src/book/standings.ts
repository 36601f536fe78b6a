import type { Address } from '@millrace/base'
import type { EndedDeal, PoolRecord } from '@millrace/indexer/schema'
import { type OfferValues, type OfferWeights, rankOffers } from '@millrace/protocol'
import type { MatchAnswer, OfferStanding } from '@millrace/wire'

type Found = Extract<MatchAnswer, { found: true }>

export type StandingsParameters = {
  weights: OfferWeights
  /** At least one; each pool order once. */
  fits: readonly Found[]
  request: { app: Address; volume: bigint }
  records: ReadonlyMap<Address, PoolRecord>
  /** Watts a slot as the pools declare them; not known of those that do not. */
  watts: ReadonlyMap<Address, number>
}

/**
 * The offer that suits the weights best, with how all of them stand. What the chain has seen too little
 * of is not known. Pure.
 */
export function chooseByWeights({ weights, fits, ...facts }: StandingsParameters): Found {
  const known = fits.map((fit) => ({ fit, ...valuesOf(fit, facts) }))
  const ranked = rankOffers(
    weights,
    known.map(({ values }) => values),
  )
  const standings = ranked.map(({ index, net, byCriterion, lead }): OfferStanding => {
    const { fit, pool, values, evidence } = known[index] as (typeof known)[number]
    const { costPerTask } = fit
    const order = fit.pool.hash
    return { order, pool, costPerTask, values, evidence, net, byCriterion, lead }
  })
  const best = known[ranked[0]?.index ?? -1]
  if (best === undefined) throw new RangeError('no offer to choose from')
  return { ...best.fit, standings }
}

function valuesOf(
  { pool: { signed }, costPerTask }: Found,
  { request, records, watts }: Omit<StandingsParameters, 'weights' | 'fits'>,
): { pool: Address; values: OfferValues; evidence: OfferStanding['evidence'] } {
  if (signed.kind !== 'pool')
    throw new RangeError(`a ${signed.kind} order in the place of a pool's`)
  const { pool } = signed.order
  const { deals, rightVotes, wrongVotes } = records.get(pool) ?? NO_RECORD
  const alike = dealsAlike(deals, request)
  const tasks = deals.reduce((sum, { volume }) => sum + volume, 0)
  const inTime = deals.reduce((sum, deal) => sum + deal.inTime, 0)
  const votes = rightVotes + wrongVotes
  return {
    pool,
    values: {
      price: Number(costPerTask),
      time: alike.length < MIN_DEALS ? undefined : middle(alike),
      reliability: tasks < MIN_TASKS ? undefined : inTime / tasks,
      trust: votes < MIN_VOTES ? undefined : rightVotes / votes,
      energy: watts.get(pool),
    },
    evidence: { deals: alike.length, tasks, votes },
  }
}

const NO_RECORD: PoolRecord = { deals: [], rightVotes: 0, wrongVotes: 0 }
/** With less than this a share or a median is chance. */
const MIN_DEALS = 3
const MIN_TASKS = 10
const MIN_VOTES = 10
/** A deal is of like size when neither volume is more than so many times the other. */
const LIKE_SIZE = 4

/** Times of deals of like size: of the same app if there are enough, else of any. */
function dealsAlike(
  deals: readonly EndedDeal[],
  { app, volume }: StandingsParameters['request'],
): number[] {
  const asked = Number(volume)
  const sized = deals.filter(
    (deal) => deal.volume <= LIKE_SIZE * asked && asked <= LIKE_SIZE * deal.volume,
  )
  const same = timesOf(sized.filter((deal) => deal.app === app))
  return same.length < MIN_DEALS ? timesOf(sized) : same
}

const timesOf = (deals: readonly EndedDeal[]): number[] =>
  deals.flatMap(({ tookSec }) => (tookSec === undefined ? [] : [tookSec]))

function middle(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return ((low as number) + (high as number)) / 2
}
