import type { Wei } from '@millrace/base'
import { type Change, upsertRow } from '../changes.ts'
import type { EventOf } from './context.ts'

export function onSeatTaken({ args }: EventOf<'SeatTaken'>): Change[] {
  const { juror, pool, place, stake } = args
  const set = { pool, place, stake, leave_at: 0, is_taken: true }
  return [upsertRow('seats', { juror }, { set })]
}

export function onSeatLeaving({ args: { juror, leaveAt } }: EventOf<'SeatLeaving'>): Change[] {
  return [upsertRow('seats', { juror }, { set: { leave_at: leaveAt } })]
}

export function onSeatMoved({ args: { juror, place } }: EventOf<'SeatMoved'>): Change[] {
  return [upsertRow('seats', { juror }, { set: { place } })]
}

export function onSeatLeft({ args: { juror } }: EventOf<'SeatLeft'>): Change[] {
  return [upsertRow('seats', { juror }, { set: { stake: 0n, leave_at: 0, is_taken: false } })]
}

export function onJurorSummoned({ args: { juror, risk } }: EventOf<'JurorSummoned'>): Change[] {
  return [upsertRow('seats', { juror }, { add: { at_risk: risk } })]
}

export function onJurorDismissed({ args: { juror, risk } }: EventOf<'JurorDismissed'>): Change[] {
  return endDuty(juror, risk)
}

export function onJurorExcused({ args: { juror, risk } }: EventOf<'JurorExcused'>): Change[] {
  return endDuty(juror, risk)
}

/** What was at risk is gone, from the stake too. */
export function onJurorPenalised({ args }: EventOf<'JurorPenalised'>): Change[] {
  const { juror, amount } = args
  return [upsertRow('seats', { juror }, { add: { at_risk: -amount, stake: -amount } })]
}

function endDuty(juror: string, risk: Wei): Change[] {
  return [upsertRow('seats', { juror }, { add: { at_risk: -risk } })]
}
