import type { Exposure } from './exposure.ts'

export type Standing = {
  bond: bigint
  checks: number
  faults: number
  bannedUntil: number
  unbondAt: number
  faultAt: number
  votesFrom: number
  votesUntil: number
  exposures: Exposure[]
}

/** Of somebody who has never bonded. */
export function newStanding(): Standing {
  return {
    bond: 0n,
    checks: 0,
    faults: 0,
    bannedUntil: 0,
    unbondAt: 0,
    faultAt: 0,
    votesFrom: 0,
    votesUntil: 0,
    exposures: [],
  }
}
