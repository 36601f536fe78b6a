import type { Address } from '@millrace/base'
import { unixSeconds, ZERO_ADDRESS, ZERO_HEX32 } from '@millrace/base'
import type { DealTerms, RequestOrder } from '@millrace/protocol'
import type { Explanation, SessionRow } from '@millrace/wire'
import { type ExplainOptions, meansRemedies } from './explainTask.ts'
import type { Session } from './live.ts'
import { eligibleOdds, isReady, meansMissing, misfit, percent } from './means.ts'
import { capacityOf } from './plan.ts'
import type { Deal, PoolState, WorkerRecord } from './state.ts'
import { loadOf } from './stateIndex.ts'
import { isPaused } from './strikes.ts'

/** A worker as the pool sees it. */
export function describeWorker(
  state: PoolState,
  worker: Address,
  nowMs: number,
): SessionRow | undefined {
  const session = state.live.sessions.get(worker)
  const record = state.workers.get(worker)
  if (session === undefined && record === undefined) return undefined
  const standing = state.live.standings.get(worker)
  const phase = phaseOf(state, { worker, session, record }, nowMs)
  const causes = { dropped: record?.reason, banned: `banned until ${standing?.bannedUntil}` }
  return {
    worker,
    owner: session?.owner ?? record?.owner ?? worker,
    connected: session?.isConnected ?? false,
    slots: session?.advertisement?.slots ?? 0,
    running: loadOf(state, worker),
    done: record?.done ?? 0,
    failed: record?.failed ?? 0,
    fuelPerSec: session?.advertisement?.fuelPerSec ?? 0,
    lastSeenAt: unixSeconds(Math.floor((session?.lastSeenMs ?? 0) / 1000)),
    state: phase,
    reason: phase === 'dropped' || phase === 'banned' ? (causes[phase] ?? '') : '',
  }
}

function phaseOf(
  state: PoolState,
  {
    worker,
    session,
  }: { worker: Address; session: Session | undefined; record: WorkerRecord | undefined },
  nowMs: number,
): SessionRow['state'] {
  if (isPaused(state, worker, nowMs)) return 'dropped'
  if ((state.live.standings.get(worker)?.bannedUntil ?? 0) * 1000 > nowMs) return 'banned'
  if (session === undefined || !session.isConnected) return 'gone'
  return session.isLeaving ? 'leaving' : 'ready'
}

/** Why a worker gets work or none. */
export function explainWorker(
  state: PoolState,
  worker: Address,
  options: ExplainOptions,
): Explanation | undefined {
  const row = describeWorker(state, worker, options.nowMs)
  if (row === undefined) return undefined
  const session = state.live.sessions.get(worker)
  const record = state.workers.get(worker)
  const because: string[] = []
  const remedies: string[] = []
  if (record !== undefined && isPaused(state, worker, options.nowMs)) {
    const leftSec = Math.ceil((record.pausedUntilMs - options.nowMs) / 1000)
    because.push(`dropped for another ${leftSec} s: it ${record.reason}`)
  }
  if (session?.isConnected !== true) {
    because.push('it has no session with this pool')
    remedies.push('start it, and see that it reaches the pool')
  } else if (isReady(state, session, options.nowMs)) {
    const { policy } = options
    because.push(`it holds ${row.running} of at most ${capacityOf(session, policy)} executions now`)
    because.push(...dealReasons(state, session, options))
  } else if (session.isLeaving) because.push('it has said that it leaves')
  const standing = state.live.standings.get(worker)
  if (standing !== undefined && !standing.mayVote) {
    because.push(`it may not vote: bond ${standing.bond}, banned until ${standing.bannedUntil}`)
    remedies.push('bond at least the minimum; without a vote it gets only deals without trust')
  }
  return { subject: worker, state: row.state, because, remedies, history: [] }
}

function dealReasons(state: PoolState, session: Session, options: ExplainOptions): string[] {
  if (state.index.openDeals.size === 0) return ['the pool has no open deal']
  const reasons: string[] = []
  for (const dealId of state.index.openDeals) {
    const deal = state.deals.get(dealId)
    if (deal === undefined) continue
    const why = misfit(deal, session) ?? meansMissing(state, deal, options) ?? exhausted(deal)
    reasons.push(`deal ${dealId}: ${why ?? 'has work for it'}`)
  }
  return reasons.slice(0, 20)
}

function exhausted({ next, terms }: Deal): string | undefined {
  return next >= terms.volume ? 'all its tasks are given out' : undefined
}

/** Whether this pool could run what a request asks for, and with whom. Prices are the market's to compare. */
export function explainOrder(
  state: PoolState,
  order: RequestOrder,
  options: ExplainOptions & { saboteurBps: number },
): Explanation {
  const deal = dealOfOrder(state, order, options)
  const because: string[] = []
  const remedies: string[] = []
  if (order.onlyPool !== ZERO_ADDRESS && order.onlyPool !== state.pool) {
    because.push(`it asks for pool ${order.onlyPool}; this is ${state.pool}`)
    remedies.push('leave onlyPool empty, or ask that pool')
  }
  if (order.expiresAt * 1000 <= options.nowMs) {
    because.push(`it expired at ${order.expiresAt}`)
    remedies.push('sign it anew with a later expiry')
  }
  const missing = meansMissing(state, deal, options)
  if (missing !== undefined) {
    because.push(missing)
    remedies.push(...meansRemedies(state, deal, options))
  }
  const able = eligibleOdds(state, deal, options.nowMs)
  const verdict = because.length === 0 ? 'possible' : 'impossible'
  const trust = order.minOdds === 0n ? 'without trust' : `with trust ${percent(order.minOdds)}`
  because.push(
    `${able.length} of ${state.live.sessions.size} known workers could run it ${trust}: ${able
      .slice(0, 10)
      .map(({ worker }) => worker)
      .join(', ')}`,
  )
  return { subject: order.requester, state: verdict, because, remedies, history: [] }
}

/** The deal that the order would become, as far as means go. */
function dealOfOrder(
  state: PoolState,
  order: RequestOrder,
  { saboteurBps, nowMs }: { saboteurBps: number; nowMs: number },
): Deal {
  const { memoryMiB, diskMiB, minOdds } = order
  // The most it may cost is the most that bonds may have to cover.
  const prices = {
    appPrice: order.maxAppPrice,
    datasetPrice: order.maxDatasetPrice,
    poolPrice: order.maxPoolPrice,
    poolStake: order.minStake,
  }
  // Only these are looked at; the rest is what a match would fill in.
  const terms = {
    memoryMiB,
    diskMiB,
    minOdds,
    saboteurBps,
    pool: state.pool,
    ...prices,
  } as DealTerms
  return {
    dealId: ZERO_HEX32 as Deal['dealId'],
    terms,
    status: 'open',
    openedMs: nowMs,
    closedMs: undefined,
    next: 0,
    settled: 0,
    settledBits: new Uint8Array(),
    spoiled: 0,
    spoiledBits: new Uint8Array(),
    doneBy: {},
  }
}
