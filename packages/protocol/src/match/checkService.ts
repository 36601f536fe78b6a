import { ZERO_ADDRESS } from '@millrace/base'
import { DETERMINISM } from '../orders.ts'
import { type Mismatch, mismatch } from './mismatch.ts'
import type { MatchContext, OrderSet } from './orderSet.ts'

/** Results of which no two are alike go by the pool's word and an arbiter. */
export function checkDeterminism({ app, request }: OrderSet): Mismatch[] {
  const { determinism } = app
  if (determinism > DETERMINISM.none)
    return [
      mismatch('BAD_DETERMINISM', `The app order has determinism ${determinism}, not 0 to 3.`, {
        determinism,
      }),
    ]
  const isJudged = request.minOdds === 0n && request.arbiter !== ZERO_ADDRESS
  if (determinism !== DETERMINISM.none || isJudged) return []
  return [
    mismatch(
      'NOT_REPLICABLE',
      `Runs of app ${app.app} cannot be compared: the request must ask for trust 0 and name an arbiter.`,
      { app: app.app, minOdds: `${request.minOdds}`, arbiter: request.arbiter },
    ),
  ]
}

/** An arbiter may be the requester's friend: it judges a stake only for whom the pool's offer names. */
export function checkArbiter({ pool, request }: OrderSet): Mismatch[] {
  const { arbiter } = request
  if (arbiter === ZERO_ADDRESS || pool.stake === 0n || pool.onlyRequester !== ZERO_ADDRESS)
    return []
  return [
    mismatch(
      'ARBITER_UNWANTED',
      `The request names the arbiter ${arbiter}, but the pool's offer with a stake of ${pool.stake} names no requester.`,
      { arbiter, stake: `${pool.stake}` },
    ),
  ]
}

/** No more can be in time than all; the times themselves are for `checkSlots`. */
export function checkSla({ request: { slaBps } }: OrderSet): Mismatch[] {
  if (slaBps <= ALL_BPS) return []
  return [
    mismatch('BAD_SLA', `A share of ${slaBps} basis points in time is more than all.`, { slaBps }),
  ]
}
const ALL_BPS = 10_000

/** Deadline and maturity keep within the rules of the day. */
export function checkTimes(
  { deadlineSec, maturitySec }: OrderSet['request'],
  { maxDeadlineSec, maxMaturitySec }: MatchContext,
): Mismatch[] {
  const found: Mismatch[] = []
  if (deadlineSec === 0 || (maxDeadlineSec !== undefined && deadlineSec > maxDeadlineSec)) {
    found.push(
      mismatch(
        'BAD_DEADLINE',
        `The deadline of ${deadlineSec} s is not between 1 and ${maxDeadlineSec ?? 'the maximum'}.`,
        { deadlineSec },
      ),
    )
  }
  if (maxMaturitySec !== undefined && maturitySec > maxMaturitySec) {
    found.push(
      mismatch('BAD_MATURITY', `The maturity of ${maturitySec} s is over ${maxMaturitySec}.`, {
        maturitySec,
      }),
    )
  }
  return found
}
