import { type Change, upsertRow } from '../changes.ts'
import type { EventOf } from './context.ts'

/** A new bond stops an unbonding under way. */
export function onBonded({ args: { worker, amount } }: EventOf<'Bonded'>): Change[] {
  return [upsertRow('workers', { worker }, { set: { unbond_at: 0 }, add: { bond: amount } })]
}

export function onUnbondRequested({ args }: EventOf<'UnbondRequested'>): Change[] {
  const { worker, availableAt } = args
  return [upsertRow('workers', { worker }, { set: { unbond_at: availableAt } })]
}

export function onUnbonded({ args: { worker, amount } }: EventOf<'Unbonded'>): Change[] {
  return [upsertRow('workers', { worker }, { set: { unbond_at: 0 }, add: { bond: -amount } })]
}

export function onCheckPassed({ args: { worker, checks } }: EventOf<'CheckPassed'>): Change[] {
  return [upsertRow('workers', { worker }, { set: { checks } })]
}

/** A fault takes part of the bond, wipes the record and starts a ban. */
export function onFaultFound({ args }: EventOf<'FaultFound'>): Change[] {
  const { worker, faults, slashed, bannedUntil } = args
  return [
    upsertRow(
      'workers',
      { worker },
      { set: { faults, checks: 0, banned_until: bannedUntil }, add: { bond: -slashed } },
    ),
  ]
}

/** An appeal took a fault back; the money that it had cost does not go into the bond. */
export function onRestored({ args }: EventOf<'Restored'>): Change[] {
  const { worker, checks, faults, bannedUntil } = args
  return [upsertRow('workers', { worker }, { set: { checks, faults, banned_until: bannedUntil } })]
}
