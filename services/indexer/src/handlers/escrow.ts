import type { Address } from '@millrace/base'
import { type Change, upsertRow } from '../changes.ts'
import type { ColumnsOf } from '../tables/tables.ts'
import type { EventOf } from './context.ts'

// The seven movements of Escrow; together they give every balance without reading the contract.

export function onDeposited({ args: { account, amount } }: EventOf<'Deposited'>): Change[] {
  return [move(account, { free: amount })]
}

export function onWithdrawn({ args: { account, amount } }: EventOf<'Withdrawn'>): Change[] {
  return [move(account, { free: -amount })]
}

export function onLocked({ args: { account, amount } }: EventOf<'Locked'>): Change[] {
  return [move(account, { free: -amount, locked: amount })]
}

export function onReleased({ args: { account, amount } }: EventOf<'Released'>): Change[] {
  return [move(account, { free: amount, locked: -amount })]
}

export function onPaid({ args: { from, to, amount } }: EventOf<'Paid'>): Change[] {
  return [
    move(from, { locked: -amount, spent: amount }),
    move(to, { free: amount, earned: amount }),
  ]
}

export function onCredited({ args: { from, to, amount } }: EventOf<'Credited'>): Change[] {
  return [
    move(from, { locked: -amount, spent: amount }),
    move(to, { maturing: amount, earned: amount }),
  ]
}

export function onHeld({ args: { account, amount } }: EventOf<'Held'>): Change[] {
  return [move(account, { maturing: -amount, locked: amount })]
}

export function onMatured({ args: { account, amount } }: EventOf<'Matured'>): Change[] {
  return [move(account, { maturing: -amount, free: amount })]
}

function move(account: Address, add: Partial<ColumnsOf<'accounts'>>): Change {
  return upsertRow('accounts', { account }, { add })
}
