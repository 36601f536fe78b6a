import type { Address } from '@millrace/base'
import { abandonBatch, refreshSuspects } from './abandon.ts'
import { declareAbsent, onRevealEnd, onRevealForced } from './absence.ts'
import { assignWork } from './assign.ts'
import { forgetDeal, onDeadline, onDealExpired, onDealOpened } from './deals.ts'
import { onAnswerDue, onLease, onPublishDue, onStageDue } from './due.ts'
import type { Effect } from './effects.ts'
import { evaluateChanged } from './evaluate.ts'
import type { PoolEvent } from './events.ts'
import type { Fact } from './facts.ts'
import { flush } from './flush.ts'
import { onBatchCommitted, onBytesChecked, settleWaiting } from './reveal.ts'
import { sealDueBatches } from './seal.ts'
import { onMessage, onSessionClosed, onSessionOpened, onStanding, watchWorker } from './sessions.ts'
import { abandonMaimed, onTasksSettled, onTasksSpoiled } from './settled.ts'
import type { PoolState } from './state.ts'
import type { Timer } from './timers.ts'
import { onTransactionFailed, retryTransaction } from './transactions.ts'
import { onTrustedChecked, settleDueTrusted } from './trusted.ts'
import { changeMeans, log, record, seeNonce, type Turn } from './turn.ts'

export type Reaction = {
  /** To be made durable, all or none, before any of the effects. */
  facts: Fact[]
  effects: Effect[]
}

export type ReactOptions = Pick<Turn, 'nowMs' | 'policy' | 'random'>

/**
 * One turn of the pool: takes in what happened, decides, and says what to remember and what to do.
 * Changes `state` in place, which belongs to the caller alone; same state, events, time and
 * randomness give the same reaction.
 */
export function react(
  state: PoolState,
  events: readonly PoolEvent[],
  { nowMs, policy, random }: ReactOptions,
): Reaction {
  const turn: Turn = { state, policy, nowMs, random, facts: [], effects: [] }
  for (const event of events) onEvent(turn, event)
  for (
    let timer = state.live.timers.due(nowMs);
    timer !== undefined;
    timer = state.live.timers.due(nowMs)
  )
    onTimer(turn, timer)
  closeBatches(turn)
  abandonMaimed(turn)
  evaluateChanged(turn)
  assignWork(turn)
  evaluateChanged(turn)
  sealDueBatches(turn)
  settleDueTrusted(turn)
  evaluateChanged(turn)
  flush(turn)
  return { facts: turn.facts, effects: turn.effects }
}

type Event<K extends PoolEvent['kind']> = Extract<PoolEvent, { kind: K }>

function onEvent(turn: Turn, event: PoolEvent): void {
  const handle = ON_EVENT[event.kind] as (turn: Turn, event: PoolEvent) => void
  handle(turn, event)
}

const ON_EVENT: { [K in PoolEvent['kind']]: (turn: Turn, event: Event<K>) => void } = {
  message: onMessage,
  resultChecked: onResultChecked,
  sessionOpened: onSessionOpened,
  sessionClosed: onSessionClosed,
  standing: onStanding,
  transactionFailed: onTransactionFailed,
  dealOpened: onDealOpened,
  dealExpired: onDealExpired,
  batchCommitted: onBatchCommitted,
  revealForced: onRevealForced,
  revealEnd: onRevealEnd,
  batchSettled: (turn, { nonce }) => {
    // Closed at the end of the turn, after the tasks of the same transaction.
    turn.state.live.closing.add(nonce)
    seeNonce(turn, nonce)
  },
  tasksSettled: onTasksSettled,
  tasksSpoiled: onTasksSpoiled,
  standingChanged: (turn, { worker, exposed = 0n }) => {
    const standing = turn.state.live.standings.get(worker)
    // Until it has been read again: a batch must not be sealed in between as if it were nothing.
    if (standing !== undefined) standing.exposure += exposed
    readStanding(turn, worker)
  },
  block: (turn, { number, hash, isRelevant }) => {
    if (isRelevant) record(turn, { kind: 'cursor', number, hash })
  },
  caughtUp: ({ state }) => {
    state.live.isCaughtUp = true
    changeMeans(state)
  },
  tick: () => {},
}

function onResultChecked(turn: Turn, event: Event<'resultChecked'>): void {
  turn.state.live.checking.delete(event.taskId)
  const task = turn.state.tasks.get(event.taskId)
  if (task === undefined) return
  if (task.stage === 'sealed') onBytesChecked(turn, task, event)
  else onTrustedChecked(turn, task, event)
}

function closeBatches(turn: Turn): void {
  const { state } = turn
  if (state.live.closing.size === 0) return
  for (const nonce of state.live.closing) {
    const batch = state.batches.get(nonce)
    if (batch === undefined) continue
    if (batch.tasks.size > 0) {
      const cause = `batch ${nonce} settled without them`
      abandonBatch(turn, batch, { absent: [...batch.absent], cause })
      continue
    }
    record(turn, { kind: 'batchClosed', nonce })
    state.live.txFailures.delete(nonce)
    state.live.revealEnds.delete(nonce)
    log(turn, 'info', 'batch settled', { nonce })
  }
  state.live.closing.clear()
  refreshSuspects(state)
  settleWaiting(turn)
}

/** Of workers that it does not know the pool asks when they come. */
function readStanding({ state, effects }: Turn, worker: Address): void {
  if (state.live.standings.has(worker)) effects.push({ kind: 'readStanding', worker })
}

type Due<K extends Timer['kind']> = Extract<Timer, { kind: K }>

function onTimer(turn: Turn, timer: Timer): void {
  const handle = ON_TIMER[timer.kind] as (turn: Turn, timer: Timer) => void
  handle(turn, timer)
}

const ON_TIMER: { [K in Timer['kind']]: (turn: Turn, timer: Due<K>) => void } = {
  lease: onLease,
  answer: onAnswerDue,
  gone: (turn, { worker }) => watchWorker(turn, worker),
  batchStage: onStageDue,
  receipt: ({ state }, { taskId }) => {
    state.live.dirty.add(taskId)
  },
  absence: (turn, { nonce }) => declareAbsent(turn, nonce),
  publish: onPublishDue,
  transaction: (turn, { nonce }) => retryTransaction(turn, nonce),
  deal: (turn, { dealId }) => onDeadline(turn, dealId),
  forget: (turn, { dealId }) => forgetDeal(turn, dealId),
  standing: (turn, { worker }) => readStanding(turn, worker),
  replan: ({ state }) => changeMeans(state),
  // The end of every turn looks at what is due.
  batchAge: () => {},
}
