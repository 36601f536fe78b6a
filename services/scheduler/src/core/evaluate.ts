import type { Address, Hex32, TaskId } from '@millrace/base'
import {
  acceptedGroup,
  isHopeful,
  oddsOf,
  type Tally,
  type Target,
  tally,
  targetOf,
} from './odds.ts'
import { giveReceipts, isCovered, owedReceipts } from './receipts.ts'
import { type Deal, dealOf, isAlive, isTrustedDeal, type PoolState, type Task } from './state.ts'
import { heldBy } from './stateIndex.ts'
import { outgoingTo, pushTo, record, type Turn } from './turn.ts'

/** Counts the votes of all tasks that changed in this turn and says what each needs next. */
export function evaluateChanged(turn: Turn): void {
  const { live, tasks } = turn.state
  const agreed: [TaskId, Hex32][] = []
  for (const taskId of live.dirty) {
    const task = tasks.get(taskId)
    if (task === undefined) continue
    const winner = evaluate(turn, task)
    if (winner !== undefined) agreed.push([taskId, winner])
  }
  live.dirty.clear()
  if (agreed.length > 0) record(turn, { kind: 'agreed', items: agreed, atMs: turn.nowMs })
}

/** The worker's open tasks are to be counted again: its odds have changed. */
export function recount(state: PoolState, worker: Address): void {
  for (const taskId of heldBy(state, worker)) state.live.dirty.add(taskId)
}

/** The tag that won just now, if one did. */
function evaluate(turn: Turn, task: Task): Hex32 | undefined {
  const deal = dealOf(turn.state, task)
  if (task.stage !== 'open' && task.stage !== 'agreed') return undefined
  if (isTrustedDeal(deal)) return evaluateTrusted(turn, task)
  dropVoteless(turn, task, deal)
  const votes = tally(turn.state, task, deal)
  if (votes.isUnknown) return undefined
  const target = targetOf(deal, turn.policy)
  const winner = isHeld(turn, task) ? undefined : winnerOf(task, votes, target)
  if (task.stage === 'agreed') {
    if (winner === task.winner) return undefined
    record(turn, { kind: 'reopened', tasks: [task.taskId], atMs: turn.nowMs })
  }
  if (!isHopeful(votes, target)) {
    want(turn, task)
    return undefined
  }
  unwant(turn.state, task)
  askForTags(turn, task)
  return winner
}

function evaluateTrusted(turn: Turn, task: Task): undefined {
  if (task.replicas.some(isAlive)) unwant(turn.state, task)
  else want(turn, task)
}

function winnerOf(task: Task, votes: Tally, target: Target): Hex32 | undefined {
  const isComplete = task.replicas.every(
    (replica) => !isAlive(replica) || replica.state === 'tagged',
  )
  return isComplete ? acceptedGroup(votes, target)?.tag : undefined
}

/** Without a worker that holds a receipt the task waits for the receipt's end. */
function isHeld({ state, nowMs }: Turn, task: Task): boolean {
  const owed = owedReceipts(task, nowMs)
  for (const { endsMs } of owed)
    state.live.timers.set(endsMs, { kind: 'receipt', taskId: task.taskId })
  return owed.length > 0
}

/** A vote that the chain would refuse makes its batch fail: it is left out. */
function dropVoteless(turn: Turn, task: Task, { terms }: Deal): void {
  const { state, nowMs } = turn
  for (const { worker } of task.replicas.filter(isAlive)) {
    if (oddsOf(state, { worker, terms }) !== 0n) continue
    const cause = state.live.suspects.has(worker)
      ? 'was outvoted or silent in another batch'
      : 'may not vote: banned, leaving or bonded too little'
    const tasks = [task.taskId]
    record(turn, { kind: 'ended', worker, tasks, as: 'lost', cause, atMs: nowMs })
    const outgoing = outgoingTo(turn, worker)
    if (outgoing !== undefined) pushTo(outgoing.cancel, cause, task.taskId)
  }
}

/** Tags may be shown when every replica is bound: then nobody can bind himself to another's answer. */
function askForTags(turn: Turn, task: Task): void {
  const alive = task.replicas.filter(isAlive)
  if (!alive.every(({ state }) => state === 'committed' || state === 'tagged')) return
  const { live } = turn.state
  const asked = live.asked.get(task.taskId) ?? new Set()
  live.asked.set(task.taskId, asked)
  const dueMs = turn.nowMs + turn.policy.answerMs
  for (const replica of alive) {
    const { worker, state } = replica
    if (state !== 'committed' || asked.has(worker)) continue
    asked.add(worker)
    if (!isCovered(turn, replica)) giveReceipts(turn, worker, [task])
    live.timers.set(dueMs, { kind: 'answer', worker, tasks: [task.taskId] })
    outgoingTo(turn, worker)?.reportTags.push(task.taskId)
  }
}

export function want({ state, nowMs }: Pick<Turn, 'state' | 'nowMs'>, task: Task): void {
  const { live } = state
  if (live.wanting.has(task.taskId)) return
  live.isPlanNeeded = true
  live.wanting.set(task.taskId, nowMs)
  live.wantingOf.set(task.dealId, (live.wantingOf.get(task.dealId) ?? 0) + 1)
}

export function unwant({ live }: PoolState, task: Task): void {
  if (!live.wanting.delete(task.taskId)) return
  live.wantingOf.set(task.dealId, (live.wantingOf.get(task.dealId) ?? 1) - 1)
}
