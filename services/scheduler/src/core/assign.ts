import type { Address, DealId, TaskId } from '@millrace/base'
import { type Placement, plan } from './plan.ts'
import { type Deal, isTrustedDeal, type PoolState } from './state.ts'
import { loadOf } from './stateIndex.ts'
import { taskIdOf } from './taskIds.ts'
import { outgoingTo, record, type Turn } from './turn.ts'

/** Plans if something changed, and gives the work out. */
export function assignWork(turn: Turn): void {
  const { live } = turn.state
  if (!live.isPlanNeeded || !live.isCaughtUp) return
  live.isPlanNeeded = false
  const { placements, againMs, wantingFrom, dealFrom } = plan(turn.state, turn)
  live.wantingFrom = wantingFrom
  live.dealFrom = dealFrom
  if (againMs !== undefined) live.timers.set(againMs, { kind: 'replan' })
  const nonces = new Map<string, number>()
  for (const group of groupPlacements(turn, placements, nonces)) giveOut(turn, group)
}

type Group = { worker: Address; deal: Deal; nonce: number; indices: number[] }

/** Placements of one worker, deal and batch go out together; replicas of a new task share its batch. */
function groupPlacements(
  turn: Turn,
  placements: readonly Placement[],
  nonces: Map<string, number>,
): Group[] {
  const groups = new Map<string, Group>()
  const allot = createAllotment(turn.state, turn.policy.batchTasks)
  for (const { worker, dealId, index, task } of placements) {
    const deal = turn.state.deals.get(dealId) as Deal
    const key = `${dealId} ${index}`
    const nonce = task?.nonce ?? nonces.get(key) ?? (isTrustedDeal(deal) ? 0 : allot())
    nonces.set(key, nonce)
    const groupKey = `${worker} ${dealId} ${nonce}`
    const group = groups.get(groupKey) ?? { worker, deal, nonce, indices: [] }
    groups.set(groupKey, group)
    group.indices.push(index)
  }
  return [...groups.values()]
}

/**
 * Numbers of batches with room for one task more each time it is called: the open one that was begun
 * last until it is full, then new ones. Workers follow a task to higher numbers only, so one that
 * comes from a batch goes `above` it.
 */
export function createAllotment(
  state: PoolState,
  batchTasks: number,
  { above }: { above: number } = { above: 0 },
): () => number {
  let nonce = above
  let used = batchTasks
  for (const batch of state.batches.values()) {
    if (batch.stage !== 'open' || batch.nonce <= nonce) continue
    nonce = batch.nonce
    used = batch.tasks.size
  }
  let fresh = state.nextNonce
  return () => {
    if (used >= batchTasks) {
      nonce = fresh++
      used = 0
    }
    used++
    return nonce
  }
}

function giveOut(turn: Turn, { worker, deal, nonce, indices }: Group): void {
  const { state, policy, nowMs } = turn
  const session = state.live.sessions.get(worker)
  const slots = session?.advertisement?.slots
  if (session === undefined || slots === undefined) return
  const load = loadOf(state, worker)
  if (load === 0) session.lastDoneMs = nowMs
  const { dealId, terms } = deal
  const rounds = Math.ceil((load + indices.length) / slots)
  const untilMs = nowMs + policy.leaseGraceMs + rounds * terms.wallSec * 1000
  const { owner } = session
  record(turn, { kind: 'assigned', worker, owner, dealId, indices, nonce, untilMs, atMs: nowMs })
  const tasks = indices.map((index) => taskIdOf(dealId, index))
  state.live.timers.set(untilMs, { kind: 'lease', worker, tasks })
  for (const [i, taskId] of tasks.entries()) {
    state.live.dirty.add(taskId)
    sendAssignment(turn, { worker, taskId, dealId, index: indices[i] as number, nonce, untilMs })
  }
}

export function sendAssignment(
  turn: Turn,
  assignment: {
    worker: Address
    taskId: TaskId
    dealId: DealId
    index: number
    nonce: number
    untilMs: number
  },
): void {
  const { worker, ...item } = assignment
  const outgoing = outgoingTo(turn, worker)
  const session = turn.state.live.sessions.get(worker)
  if (outgoing === undefined || session === undefined) return
  tellDeal(turn, worker, item.dealId)
  outgoing.assignments.push(item)
}

/** The terms of a deal go before its first task of a session. */
export function tellDeal(turn: Turn, worker: Address, dealId: DealId): void {
  const session = turn.state.live.sessions.get(worker)
  if (session === undefined || session.deals.has(dealId)) return
  session.deals.add(dealId)
  outgoingTo(turn, worker)?.deals.push(dealId)
}
