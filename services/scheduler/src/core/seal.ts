import type { Address } from '@millrace/base'
import { abandonBatch, moveTasks } from './abandon.ts'
import { type Ballot, ballotsOf, dissentersOf, tasksOf } from './ballots.ts'
import { coveredTasks } from './bond.ts'
import { recount } from './evaluate.ts'
import type { SessionMessage } from './events.ts'
import { meansMissing } from './means.ts'
import { isRunnable } from './plan.ts'
import { rootOf } from './sealTree.ts'
import { bySlot, slotMs } from './slots.ts'
import { type Batch, dealOf, isTrustedDeal, type PoolState, taskOf } from './state.ts'
import { countAgreed } from './stateIndex.ts'
import { dropWorker } from './strikes.ts'
import { commitBatch } from './transactions.ts'
import { outgoingTo, record, type Turn } from './turn.ts'

/** Seals the batches whose time has come: full, old enough, or nothing left to wait for. */
export function sealDueBatches(turn: Turn): void {
  const { state, policy, nowMs } = turn
  dropEmpty(turn)
  for (const batch of [...state.batches.values()]) {
    if (batch.stage !== 'open' || batch.firstAgreedMs === undefined) continue
    const agreed = countAgreed(state, batch.nonce)
    if (agreed === 0) continue
    const dueMs = batch.firstAgreedMs + policy.batchAgeMs
    const isComplete = agreed === batch.tasks.size
    const isFull = batch.tasks.size >= policy.batchTasks
    const isIdle = state.index.open.voted === 0 && !hasFreshWork(turn, { trusted: false })
    if ((isComplete && (isFull || isIdle)) || nowMs >= dueMs) startSealing(turn, batch)
    else wakeAt(turn, batch.nonce, dueMs)
  }
}

/** Open batches that all tasks have left; the last one is used again. */
function dropEmpty(turn: Turn): void {
  const open = [...turn.state.batches.values()].filter(({ stage }) => stage === 'open')
  const last = open.reduce((most, { nonce }) => Math.max(most, nonce), 0)
  for (const { nonce, tasks } of open)
    if (tasks.size === 0 && nonce !== last) record(turn, { kind: 'batchClosed', nonce })
}

/** One timer per batch and time, however often the batch is looked at. */
export function wakeAt({ state: { live } }: Turn, nonce: number, atMs: number): void {
  if (live.agesMs.get(nonce) === atMs) return
  live.agesMs.set(nonce, atMs)
  live.timers.set(atMs, { kind: 'batchAge' })
}

/** True if tasks that the pool can run now have not been started. */
export function hasFreshWork(turn: Turn, { trusted }: { trusted: boolean }): boolean {
  for (const dealId of turn.state.index.openDeals) {
    const deal = turn.state.deals.get(dealId)
    if (deal === undefined || isTrustedDeal(deal) !== trusted) continue
    if (deal.next >= deal.terms.volume || !isRunnable(deal, turn)) continue
    if (slotMs(deal, deal.next) > turn.nowMs) continue
    if (meansMissing(turn.state, deal, turn) === undefined) return true
  }
  return false
}

/**
 * Asks each worker to sign for its part; tasks without agreement, and those that would ask more of bonds
 * than they cover, move on to another batch. If none can be sealed now, all wait for batches under way.
 */
function startSealing(turn: Turn, batch: Batch): void {
  const { state, policy, nowMs } = turn
  const { nonce } = batch
  const all = tasksOf(state, batch)
  const agreed = all.filter(({ stage }) => stage === 'agreed')
  const ready = coveredTasks(state, agreed)
  if (ready.length === 0) return
  const sealed = new Set(ready)
  const rest = all.filter((task) => !sealed.has(task)).map(({ taskId }) => taskId)
  state.live.agesMs.delete(nonce)
  const uncovered = agreed.filter((task) => !sealed.has(task)).map(({ taskId }) => taskId)
  if (uncovered.length > 0) record(turn, { kind: 'reopened', tasks: uncovered, atMs: nowMs })
  moveTasks(turn, rest, { from: nonce })
  const tasks = ready.sort(bySlot).map(({ taskId }) => taskId)
  record(turn, { kind: 'sealing', nonce, tasks, atMs: nowMs })
  state.live.timers.set(nowMs + policy.sealMs, { kind: 'batchStage', nonce, sinceMs: nowMs })
  for (const worker of ballotsOf(state, batch).keys())
    outgoingTo(turn, worker)?.sealRequests.push(nonce)
  suspect(turn, batch)
}

/** The chain will refuse batches with a worker whose fault it has found: none of its votes is counted on. */
function suspect(turn: Turn, batch: Batch): void {
  for (const worker of dissentersOf(turn.state, batch)) {
    turn.state.live.suspects.add(worker)
    recount(turn.state, worker)
  }
}

export function onSeal(
  turn: Turn,
  worker: Address,
  message: Extract<SessionMessage, { type: 'seal' }>,
): void {
  const { state } = turn
  const batch = state.batches.get(Number(message.nonce))
  if (batch?.stage !== 'sealing' || batch.signatures.has(worker)) return
  const ballot = ballotsOf(state, batch).get(worker)
  if (ballot === undefined) return
  const { nonce } = batch
  const isWhole = ballot.head === message.head
  if (!isWhole || message.commitBy < firstEnd(state, ballot)) {
    const what = isWhole ? 'for less time' : 'other work'
    const cause = `sealed ${what} than it has receipts for in batch ${nonce}`
    dropWorker(turn, worker, cause)
    abandonBatch(turn, batch, { absent: [worker], cause })
    return
  }
  const { signature, commitBy } = message
  record(turn, { kind: 'sealed', nonce, worker, signature, commitBy })
  if (batch.signatures.size === ballotsOf(state, batch).size) commit(turn, batch)
}

/** Until then the batch may be committed with the worker's part. */
function firstEnd(state: PoolState, { tasks }: Ballot): number {
  return Math.min(...tasks.map((id) => dealOf(state, taskOf(state, id)).terms.expiresAt))
}

function commit(turn: Turn, batch: Batch): void {
  const root = rootOf(turn.state, batch)
  record(turn, { kind: 'committing', nonce: batch.nonce, root, atMs: turn.nowMs })
  commitBatch(turn, batch)
}

/** Workers that have not signed in time. */
export function missingSeals(state: PoolState, batch: Batch): Address[] {
  return [...ballotsOf(state, batch).keys()].filter((worker) => !batch.signatures.has(worker))
}
