import type { Address } from '@millrace/base'
import { abandonBatch, refreshSuspects } from './abandon.ts'
import { ballotsOf } from './ballots.ts'
import { recount } from './evaluate.ts'
import type { PoolEvent } from './events.ts'
import { isWorthSettling } from './outcomes.ts'
import { settleIfReady, takeReveal } from './reveal.ts'
import type { Batch, PoolState } from './state.ts'
import { dropWorker } from './strikes.ts'
import { log, record, type Turn } from './turn.ts'

type Event<K extends PoolEvent['kind']> = Extract<PoolEvent, { kind: K }>

/** After the end of a reveal window its chain may still date a block before it. */
const CLOCK_MARGIN_MS = 1000

/** Workers of a committed batch that have neither revealed nor been declared absent. */
export function silentOf(state: PoolState, batch: Batch): Address[] {
  return [...ballotsOf(state, batch).keys()].filter(
    (worker) => !batch.reveals.has(worker) && !batch.absent.has(worker),
  )
}

/**
 * The pool's patience with those that do not reveal is over. If the others' votes carry a task, the
 * batch waits for the end of the reveal window, to settle without them; else its tasks are done again.
 */
export function onRevealsDue(turn: Turn, batch: Batch): void {
  const { state, nowMs } = turn
  const silent = silentOf(state, batch)
  if (silent.length === 0) return
  const { nonce, committedAt } = batch
  if (!batch.isOverdue) {
    const cause = `did not reveal its part of batch ${nonce} in time`
    for (const worker of silent) dropWorker(turn, worker, cause)
    if (giveUpIfVain(turn, batch, silent)) return
    record(turn, { kind: 'overdue', nonce, atMs: nowMs })
    refreshSuspects(state)
    for (const worker of silent) recount(state, worker)
    log(turn, 'warn', 'batch waits for absent workers', { nonce, silent })
  }
  if (committedAt === undefined) throw new RangeError(`batch ${nonce} is not on chain`)
  turn.effects.push({ kind: 'readRevealEnd', nonce, committedAt })
}

function giveUpIfVain(turn: Turn, batch: Batch, absent: Address[]): boolean {
  if (isWorthSettling(turn.state, batch)) return false
  const cause = `what was revealed of batch ${batch.nonce} carries none of its tasks`
  abandonBatch(turn, batch, { absent, cause })
  return true
}

export function onRevealEnd(turn: Turn, { nonce, endsAt }: Event<'revealEnd'>): void {
  const { live } = turn.state
  live.revealEnds.set(nonce, endsAt)
  live.timers.set((endsAt + 1) * 1000 + CLOCK_MARGIN_MS, { kind: 'absence', nonce })
}

/** The reveal window is over: who is silent now is absent, and pays for it. */
export function declareAbsent(turn: Turn, nonce: number): void {
  const batch = turn.state.batches.get(nonce)
  if (batch?.stage !== 'revealing') return
  const silent = silentOf(turn.state, batch)
  if (silent.length === 0 || giveUpIfVain(turn, batch, silent)) return
  record(turn, { kind: 'absent', nonce, workers: silent })
  log(turn, 'warn', 'workers declared absent', { nonce, workers: silent })
  settleIfReady(turn, batch)
}

/**
 * A worker has revealed on chain. Its data is as good as a message; what does not open its seal with
 * this pool protects another head, and changes nothing here.
 */
export function onRevealForced(turn: Turn, { worker, nonce, reveal }: Event<'revealForced'>): void {
  const batch = turn.state.batches.get(nonce)
  if (batch?.stage !== 'revealing' && batch?.stage !== 'settling') return
  if (takeReveal(turn, batch, { worker, ...reveal }))
    log(turn, 'info', 'reveal found on chain', { nonce, worker })
}
