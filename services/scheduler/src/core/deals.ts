import type { DealId } from '@millrace/base'
import { hashDeal } from '@millrace/protocol'
import { abandonBatch } from './abandon.ts'
import type { PoolEvent } from './events.ts'
import { type Batch, type Deal, isAlive, type PoolState } from './state.ts'
import { tellCancelled } from './strikes.ts'
import { log, record, type Turn } from './turn.ts'

type Event<K extends PoolEvent['kind']> = Extract<PoolEvent, { kind: K }>

export function onDealOpened(turn: Turn, { terms }: Event<'dealOpened'>): void {
  const { state, nowMs } = turn
  const dealId = hashDeal(terms)
  if (terms.pool !== state.pool || state.deals.has(dealId)) return
  record(turn, { kind: 'dealOpened', terms, atMs: nowMs })
  const { requester, volume, minOdds } = terms
  log(turn, 'info', 'deal opened', { dealId, requester, volume, minOdds: minOdds.toString() })
  state.live.timers.set(terms.expiresAt * 1000, { kind: 'deal', dealId })
  state.live.rates.set(dealId, { perSec: 0, settled: 0, sinceMs: nowMs })
  state.live.isPlanNeeded = true
}

/** Closed on chain: what was not settled is refunded. */
export function onDealExpired(turn: Turn, { dealId }: Event<'dealExpired'>): void {
  const deal = turn.state.deals.get(dealId)
  if (deal === undefined || deal.status === 'done' || deal.status === 'expired') return
  close(turn, deal, 'expired')
}

/** The deadline: only what is on chain already can still settle. */
export function onDeadline(turn: Turn, dealId: DealId): void {
  const deal = turn.state.deals.get(dealId)
  if (deal?.status !== 'open') return
  close(turn, deal, 'late')
}

function close(turn: Turn, deal: Deal, status: 'late' | 'expired'): void {
  const { state, nowMs, policy } = turn
  const { dealId, terms, settled } = deal
  const doomed = status === 'late' ? ['sealing', 'committing'] : STAGES
  const reason = status === 'late' ? 'its deadline has passed' : 'it was closed on chain'
  for (const batch of [...state.batches.values()]) {
    if (!doomed.includes(batch.stage) || !holds(state, batch, dealId)) continue
    abandonBatch(turn, batch, { absent: [], cause: `deal ${dealId}: ${reason}` })
  }
  const before = state.index.tasksOf.get(dealId) ?? new Set()
  const ended = [...before].flatMap((taskId) => state.tasks.get(taskId) ?? [])
  record(turn, { kind: 'dealClosed', dealId, status, atMs: nowMs })
  for (const { taskId, replicas } of ended)
    if (!state.tasks.has(taskId))
      for (const { worker } of replicas.filter(isAlive))
        tellCancelled(turn, { worker, tasks: [taskId], cause: `deal: ${reason}` })
  log(turn, 'warn', 'deal ended unfinished', { dealId, status, settled, volume: terms.volume })
  const closableMs = (terms.expiresAt + terms.settleWindowSec) * 1000
  const keptMs = Math.max(nowMs, closableMs) + policy.keepClosedMs
  state.live.timers.set(keptMs, { kind: 'forget', dealId })
  state.live.isPlanNeeded = true
}

const STAGES = ['sealing', 'committing', 'revealing', 'settling']

function holds(state: PoolState, batch: Batch, dealId: DealId): boolean {
  const tasksOf = state.index.tasksOf.get(dealId)
  return tasksOf !== undefined && [...batch.tasks].some((taskId) => tasksOf.has(taskId))
}

/** Closed long enough ago. */
export function forgetDeal(turn: Turn, dealId: DealId): void {
  const deal = turn.state.deals.get(dealId)
  if (deal === undefined || deal.status === 'open') return
  if ((turn.state.index.tasksOf.get(dealId)?.size ?? 0) > 0) {
    turn.state.live.timers.set(turn.nowMs + turn.policy.keepClosedMs, { kind: 'forget', dealId })
    return
  }
  record(turn, { kind: 'dealForgotten', dealId })
  turn.state.live.rates.delete(dealId)
}
