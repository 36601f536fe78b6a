import type { Address, Hex32 } from '@millrace/base'
import {
  atStake,
  coveredOdds,
  type DealTerms,
  groupOdds,
  isCredible,
  ODDS_CAP,
  type Odds,
  WAD,
  workerOdds,
} from '@millrace/protocol'
import type { WorkerStanding } from './live.ts'
import type { PoolPolicy } from './policy.ts'
import { type Deal, isAlive, type PoolState, type Task } from './state.ts'

/**
 * Odds with which the chain would count a worker's vote now, were it its only one in a batch; 0 when it
 * may not vote, undefined while its standing has not been read. A suspect's vote will count for nothing.
 *
 * @see contracts/src/interfaces/IStanding.sol oddsOf
 */
export function oddsOf(
  { live }: PoolState,
  { worker, terms }: { worker: Address; terms: DealTerms },
): Odds | undefined {
  const standing = live.standings.get(worker)
  if (standing === undefined) return undefined
  const counts = standing.mayVote && !live.suspects.has(worker)
  return counts ? weightOf(standing, { terms, value: atStake(terms) }) : 0n
}

/** Odds of a vote that counts: what the record earns, at most what the bond covers. */
export function weightOf(
  { bond, exposure, checks }: WorkerStanding,
  { terms, value }: { terms: DealTerms; value: bigint },
): Odds {
  const earned = workerOdds(checks, terms.saboteurBps)
  const covered = coveredOdds(bond, exposure + value)
  return earned < covered ? earned : covered
}

export type Group = { tag: Hex32; odds: Odds; workers: Address[] }

/** The votes on a task, by what is known of them. */
export type Tally = {
  /** By odds, best first; equal odds by tag. */
  groups: Group[]
  /** Odds of the replicas that have not shown with whom they agree. */
  pending: Odds[]
  /** A live replica's odds are not known yet: count later. */
  isUnknown: boolean
}

export function tally(state: PoolState, task: Task, deal: Deal): Tally {
  const groups = new Map<Hex32, Group>()
  const pending: Odds[] = []
  let isUnknown = false
  for (const { worker, tag, state: replicaState } of task.replicas.filter(isAlive)) {
    const odds = oddsOf(state, { worker, terms: deal.terms })
    if (odds === undefined) isUnknown = true
    else if (replicaState !== 'tagged' || tag === undefined) pending.push(odds)
    else {
      const group = groups.get(tag) ?? { tag, odds: WAD, workers: [] }
      group.odds = groupOdds([group.odds, odds])
      group.workers.push(worker)
      groups.set(tag, group)
    }
  }
  const sorted = [...groups.values()].sort(byOdds)
  return { groups: sorted, pending, isUnknown }
}

function byOdds(a: Group, b: Group): number {
  if (a.odds !== b.odds) return a.odds > b.odds ? -1 : 1
  return a.tag < b.tag ? -1 : 1
}

/** When a digest may be accepted: odds that the chain will demand, and votes that the pool wants besides. */
export type Target = { minOdds: Odds; minVotes: number }

/** The target of a verified deal. */
export function targetOf({ terms }: Pick<Deal, 'terms'>, { minReplicas }: PoolPolicy): Target {
  return { minOdds: terms.minOdds, minVotes: minReplicas }
}

/** The group that may be accepted now, everything pending left out. */
export function acceptedGroup({ groups }: Tally, { minOdds, minVotes }: Target): Group | undefined {
  const [best, ...others] = groups
  if (best === undefined || best.workers.length < minVotes) return undefined
  const against = others.map(({ odds }) => odds)
  return isCredible(best.odds, against, minOdds) ? best : undefined
}

/** True if the target is met should all pending replicas agree with the best group. */
export function isHopeful({ groups, pending }: Tally, { minOdds, minVotes }: Target): boolean {
  const [best, ...others] = groups
  const hoped = groupOdds([best?.odds ?? WAD, ...pending])
  const isEnough = votesOf(best, pending) >= Math.max(1, minVotes)
  return (
    isEnough &&
    isCredible(
      hoped,
      others.map(({ odds }) => odds),
      minOdds,
    )
  )
}

/** How many more agreeing workers of the given odds would meet the target; undefined if none can. */
export function votesMissing(
  { groups, pending }: Tally,
  { minOdds, minVotes, odds, max }: Target & { odds: Odds; max: number },
): number | undefined {
  const [best, ...others] = groups
  const against = others.map((group) => group.odds)
  let hoped = groupOdds([best?.odds ?? WAD, ...pending])
  for (let count = 0; count <= max; count++) {
    const isEnough = votesOf(best, pending) + count >= Math.max(1, minVotes)
    const isSure = isCredible(hoped, against, minOdds)
    if (isEnough && isSure) return count
    if (odds <= WAD || (hoped >= ODDS_CAP && !isSure)) return undefined
    hoped = groupOdds([hoped, odds])
  }
  return undefined
}

function votesOf(best: Group | undefined, pending: readonly Odds[]): number {
  return (best?.workers.length ?? 0) + pending.length
}
