import type { Address } from '@millrace/base'
import { atStake, groupOdds, isCredible, type Odds, trustOfOdds, WAD } from '@millrace/protocol'
import { bondLimit } from './bond.ts'
import type { Session } from './live.ts'
import { oddsOf } from './odds.ts'
import type { PoolPolicy } from './policy.ts'
import { type Deal, isTrustedDeal, type PoolState } from './state.ts'
import { isPaused } from './strikes.ts'

/** Connected, advertised, not leaving, not paused: may be given work. */
export function isReady(state: PoolState, session: Session, nowMs: number): boolean {
  return (
    session.isConnected &&
    !session.isLeaving &&
    session.advertisement !== undefined &&
    !isPaused(state, session.worker, nowMs)
  )
}

/** Why the machine of a worker cannot run a deal's tasks; undefined when it can. */
export function misfit(
  { terms }: Pick<Deal, 'terms'>,
  { advertisement }: Session,
): string | undefined {
  if (advertisement === undefined) return 'has not advertised'
  const { memoryMiB, diskMiB } = advertisement
  if (memoryMiB < terms.memoryMiB) return `has ${memoryMiB} MiB of memory of ${terms.memoryMiB}`
  if (diskMiB < terms.diskMiB) return `has ${diskMiB} MiB of disk of ${terms.diskMiB}`
  return undefined
}

/** Odds of the workers that could vote on a deal's tasks now, best first. */
export function eligibleOdds(
  state: PoolState,
  deal: Deal,
  nowMs: number,
): { worker: Address; odds: Odds }[] {
  const found: { worker: Address; odds: Odds }[] = []
  for (const session of state.live.sessions.values()) {
    if (!isReady(state, session, nowMs) || misfit(deal, session) !== undefined) continue
    const { worker } = session
    const odds = isTrustedDeal(deal) ? WAD : oddsOf(state, { worker, terms: deal.terms })
    if (odds === undefined || (odds <= WAD && !isTrustedDeal(deal))) continue
    found.push({ worker, odds })
  }
  return found.sort((a, b) => (a.odds === b.odds ? 0 : a.odds > b.odds ? -1 : 1))
}

/**
 * Why the pool does not start tasks of a deal now; undefined when it does. A pool that cannot reach the
 * trust asked for with all its workers does not begin: half a job is paid by nobody.
 */
export function meansMissing(
  state: PoolState,
  deal: Deal,
  { policy, nowMs }: { policy: PoolPolicy; nowMs: number },
): string | undefined {
  const { terms } = deal
  const key = `${terms.memoryMiB} ${terms.diskMiB} ${terms.saboteurBps} ${terms.minOdds} ${atStake(terms)}`
  const known = state.live.means.get(key)
  if (known?.version === state.live.version) return known.reason
  const reason = findMissing(state, eligibleOdds(state, deal, nowMs), { deal, policy })
  state.live.means.set(key, { version: state.live.version, reason })
  return reason
}

function findMissing(
  state: PoolState,
  eligible: { worker: Address; odds: Odds }[],
  { deal, policy }: { deal: Deal; policy: PoolPolicy },
): string | undefined {
  const { memoryMiB, diskMiB, minOdds } = deal.terms
  if (eligible.length === 0) {
    const vote = isTrustedDeal(deal) ? '' : ' that may vote'
    return `no connected worker${vote} has ${memoryMiB} MiB of memory and ${diskMiB} MiB of disk`
  }
  if (isTrustedDeal(deal)) return undefined
  if (eligible.length < policy.minReplicas)
    return `each task goes to ${policy.minReplicas} workers, and ${eligible.length} of those connected may vote`
  const best = eligible.slice(0, policy.maxReplicas)
  const reach = groupOdds(best.map(({ odds }) => odds))
  if (isCredible(reach, [], minOdds)) return undefined
  const workers = best.map(({ worker }) => worker)
  const limit = bondLimit(state, { workers, terms: deal.terms })
  return (
    `trust ${percent(minOdds)} is beyond the ${best.length} connected workers that may vote: ` +
    `all agreeing reach ${percent(reach)}${limit === undefined ? '' : `; ${limit}`}`
  )
}

/** `99.9 %` of odds; never rounded up to 100 %. */
export function percent(odds: Odds): string {
  const trust = trustOfOdds(odds) * 100
  return `${Number(trust.toFixed(trust < 99 ? 1 : 6))} %`
}
