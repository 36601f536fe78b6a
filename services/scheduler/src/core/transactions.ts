import { abandonBatch } from './abandon.ts'
import type { PoolEvent } from './events.ts'
import { settlementOf, trustedSettlementOf } from './settlement.ts'
import type { Batch } from './state.ts'
import { log, type Turn } from './turn.ts'

export function commitBatch(turn: Turn, { nonce, root }: Batch): void {
  if (root === undefined) throw new RangeError(`batch ${nonce} has no root`)
  turn.effects.push({ kind: 'commitBatch', nonce, root, attempt: attemptOf(turn, nonce) })
}

export function settleBatch(turn: Turn, batch: Batch): void {
  const attempt = attemptOf(turn, batch.nonce)
  if (batch.isTrusted)
    turn.effects.push({ ...trustedSettlementOf(turn.state, batch), kind: 'settleTrusted', attempt })
  else turn.effects.push({ ...settlementOf(turn.state, batch), kind: 'settleBatch', attempt })
}

function attemptOf({ state }: Turn, nonce: number): number {
  return state.live.txFailures.get(nonce)?.count ?? 0
}

/** Sends again what failed for now; gives up a batch that the contract will never take. */
export function onTransactionFailed(
  turn: Turn,
  event: Extract<PoolEvent, { kind: 'transactionFailed' }>,
): void {
  const { state, policy, nowMs } = turn
  const { nonce, code, message, isFinal, transaction } = event
  const batch = state.batches.get(nonce)
  const isAwaited = transaction === 'commitBatch' ? 'committing' : 'settling'
  if (batch?.stage !== isAwaited) return
  const cause = `${transaction} failed: ${code}: ${message}`.slice(0, 500)
  if (isFinal) {
    log(turn, 'error', 'transaction refused', { transaction, nonce, code, reason: message })
    abandonBatch(turn, batch, { absent: [...batch.absent], cause })
    return
  }
  const count = attemptOf(turn, nonce) + 1
  state.live.txFailures.set(nonce, { count, cause })
  const pauseMs = Math.min(
    policy.maxPauseMs,
    60_000,
    policy.txRetryMs * 2 ** Math.min(count - 1, 10),
  )
  state.live.timers.set(nowMs + pauseMs, { kind: 'transaction', nonce })
  log(turn, 'warn', 'transaction failed', {
    transaction,
    nonce,
    code,
    reason: message,
    count,
    pauseMs,
  })
}

/** Time to send a batch's transaction again, if it is still needed. */
export function retryTransaction(turn: Turn, nonce: number): void {
  const batch = turn.state.batches.get(nonce)
  if (batch?.stage === 'committing') commitBatch(turn, batch)
  if (batch?.stage === 'settling') settleBatch(turn, batch)
}
