import type { DealId } from '@millrace/base'
import { abandonBatch } from './abandon.ts'
import type { PoolEvent } from './events.ts'
import { type Deal, isAlive, isOver, isSettled, type PoolState } from './state.ts'
import { tellCancelled } from './strikes.ts'
import { taskIdOf } from './taskIds.ts'
import { log, outgoingTo, record, seeNonce, type Turn } from './turn.ts'

type Event<K extends PoolEvent['kind']> = Extract<PoolEvent, { kind: K }>

/** Settled on chain, by a batch of this pool: paid, and over for everybody who worked on it. */
export function onTasksSettled(
  turn: Turn,
  { dealId, nonce, indices }: Event<'tasksSettled'>,
): void {
  const { state, nowMs } = turn
  seeNonce(turn, nonce)
  const deal = state.deals.get(dealId)
  if (deal === undefined) return
  const fresh = indices.filter((index) => !isSettled(deal, index))
  if (fresh.length === 0) return
  abandonOthers(turn, { dealId, nonce, indices: fresh })
  for (const index of fresh) tellSettled(turn, deal, { index, nonce })
  record(turn, { kind: 'settled', dealId, nonce, indices: fresh, atMs: nowMs })
  noteRate(state, deal, nowMs)
  closeIfDone(turn, deal)
}

/** The votes on them are public and do not carry them: their price is refunded when the deal ends. */
export function onTasksSpoiled(turn: Turn, { dealId, indices }: Event<'tasksSpoiled'>): void {
  const { state } = turn
  const deal = state.deals.get(dealId)
  const fresh = indices.filter((index) => deal !== undefined && !isOver(deal, index))
  if (deal === undefined || fresh.length === 0) return
  const cause = 'spoiled: votes that are public did not carry it'
  for (const index of fresh) {
    const task = state.tasks.get(taskIdOf(dealId, index))
    if (task === undefined) continue
    if (task.stage === 'sealed') state.live.maimed.add(task.nonce)
    for (const { worker } of task.replicas.filter(isAlive))
      tellCancelled(turn, { worker, tasks: [task.taskId], cause })
  }
  record(turn, { kind: 'spoiled', dealId, indices: fresh })
  log(turn, 'warn', 'tasks spoiled', { dealId, tasks: fresh.length, first: fresh[0] })
  closeIfDone(turn, deal)
}

/** Batches that lost a task to another one: the chain would refuse them. */
export function abandonMaimed(turn: Turn): void {
  const { maimed } = turn.state.live
  for (const nonce of maimed) {
    const batch = turn.state.batches.get(nonce)
    if (batch === undefined) continue
    abandonBatch(turn, batch, { absent: [], cause: 'some of its tasks were spoiled elsewhere' })
  }
  maimed.clear()
}

function closeIfDone(turn: Turn, { dealId, settled, spoiled, terms }: Deal): void {
  if (settled + spoiled < terms.volume) return
  const { state, policy, nowMs } = turn
  record(turn, { kind: 'dealClosed', dealId, status: 'done', atMs: nowMs })
  log(turn, 'info', 'deal done', { dealId, tasks: settled, spoiled })
  state.live.timers.set(nowMs + policy.keepClosedMs, { kind: 'forget', dealId })
}

/** A task can be in one settled batch only: another that holds it would be refused. */
function abandonOthers(
  turn: Turn,
  { dealId, nonce, indices }: { dealId: DealId; nonce: number; indices: number[] },
): void {
  const nonces = new Set<number>()
  for (const index of indices) {
    const task = turn.state.tasks.get(taskIdOf(dealId, index))
    if (task?.stage === 'sealed' && task.nonce !== nonce) nonces.add(task.nonce)
  }
  for (const other of nonces) {
    const batch = turn.state.batches.get(other)
    if (batch === undefined) continue
    abandonBatch(turn, batch, { absent: [], cause: `batch ${nonce} settled some of its tasks` })
  }
}

function tellSettled(
  turn: Turn,
  { dealId }: Deal,
  { index, nonce }: { index: number; nonce: number },
): void {
  const { state, nowMs } = turn
  const taskId = taskIdOf(dealId, index)
  state.live.past.set(taskId, { taskId, dealId, index, nonce, atMs: nowMs })
  for (const { worker, state: replica } of state.tasks.get(taskId)?.replicas ?? [])
    if (replica !== 'lost' && replica !== 'failed') outgoingTo(turn, worker)?.settled.push(taskId)
}

/** Settled tasks per second, smoothed over about ten seconds. */
function noteRate({ live }: PoolState, deal: Deal, nowMs: number): void {
  const rate = live.rates.get(deal.dealId) ?? { perSec: 0, settled: 0, sinceMs: deal.openedMs }
  const seconds = Math.max(0.001, (nowMs - rate.sinceMs) / 1000)
  const now = (deal.settled - rate.settled) / seconds
  const weight = rate.perSec === 0 ? 1 : 1 - Math.exp(-seconds / 10)
  const perSec = rate.perSec + weight * (now - rate.perSec)
  live.rates.set(deal.dealId, { perSec, settled: deal.settled, sinceMs: nowMs })
}
