import { refreshSuspects } from './abandon.ts'
import type { Reaction, ReactOptions } from './react.ts'
import { checkBytes } from './reports.ts'
import { isAlive, type PoolState } from './state.ts'
import { commitBatch, settleBatch } from './transactions.ts'
import type { Turn } from './turn.ts'

/**
 * First turn after a start: everything that was under way is taken up again. Transactions are sent
 * again under their old names, workers get time to come back, deadlines are set anew.
 */
export function resume(state: PoolState, { nowMs, policy, random }: ReactOptions): Reaction {
  const turn: Turn = { state, policy, nowMs, random, facts: [], effects: [] }
  refreshSuspects(state)
  resumeDeals(turn)
  resumeWorkers(turn)
  resumeTasks(turn)
  resumeBatches(turn)
  return { facts: turn.facts, effects: turn.effects }
}

function resumeDeals({ state, policy, nowMs }: Turn): void {
  const { timers, rates } = state.live
  for (const { dealId, terms, status, settled } of state.deals.values()) {
    if (status === 'open') {
      timers.set(terms.expiresAt * 1000, { kind: 'deal', dealId })
      rates.set(dealId, { perSec: 0, settled, sinceMs: nowMs })
    } else timers.set(nowMs + policy.keepClosedMs, { kind: 'forget', dealId })
  }
}

function resumeWorkers({ state, policy, nowMs, effects }: Turn): void {
  const { timers } = state.live
  for (const [worker, held] of state.index.holding) {
    if (held.size === 0) continue
    timers.set(nowMs + policy.returnMs, { kind: 'gone', worker })
    effects.push({ kind: 'readStanding', worker })
  }
  for (const { pausedUntilMs } of state.workers.values())
    if (pausedUntilMs > nowMs) timers.set(pausedUntilMs, { kind: 'replan' })
}

function resumeTasks(turn: Turn): void {
  const { state } = turn
  const { timers, dirty } = state.live
  for (const task of state.tasks.values()) {
    dirty.add(task.taskId)
    for (const { worker, untilMs, state: replica, digest, cid } of task.replicas.filter(isAlive)) {
      if (replica === 'assigned' || replica === 'finished')
        timers.set(untilMs, { kind: 'lease', worker, tasks: [task.taskId] })
      if (
        replica === 'reported' &&
        task.stage === 'open' &&
        digest !== undefined &&
        cid !== undefined
      )
        checkBytes(turn, task, { worker, digest, cid })
    }
  }
}

function resumeBatches(turn: Turn): void {
  const { state, policy, nowMs } = turn
  const { timers } = state.live
  for (const batch of state.batches.values()) {
    const { nonce, stage, sinceMs } = batch
    if (stage === 'committing') commitBatch(turn, batch)
    if (stage === 'settling') settleBatch(turn, batch)
    // The patience with workers goes on from before, or pools that fall often would wait for ever.
    const dueMs = (patienceMs: number): number =>
      Math.max(nowMs + policy.returnMs, sinceMs + patienceMs)
    if (stage === 'sealing')
      timers.set(dueMs(policy.sealMs), { kind: 'batchStage', nonce, sinceMs })
    if (stage !== 'revealing') continue
    timers.set(dueMs(policy.revealMs), { kind: 'batchStage', nonce, sinceMs })
    timers.set(dueMs(policy.publishMs), { kind: 'publish', nonce, tasks: [...batch.tasks] })
  }
}
