import { type DealId, toJson } from '@millrace/base'
import type { MarketEvent } from '@millrace/wire'
import type { ColumnsOf, KeyOf, SqlValue, TableName } from './tables/tables.ts'

type Row = Record<string, SqlValue>

/**
 * A change of one row, as a handler asks for it. `insert`: a row that is new; `update`: one that is
 * there; `upsert`: either. `set` replaces, `add` adds (and may subtract).
 */
export type RowChange = {
  op: 'insert' | 'update' | 'upsert'
  table: TableName
  key: Row
  set: Row
  add: Row
}
/** A market event as a handler can tell it; how far a deal is by now is read when it is sent. */
export type Notice = Exclude<MarketEvent, { kind: 'tasks' }> | { kind: 'tasks'; dealId: DealId }

/** What listeners are told once the block is in the tables. */
export type Announcement = { op: 'announce'; data: Notice }
export type Change = RowChange | Announcement

export function insertRow<T extends TableName>(
  table: T,
  key: KeyOf<T>,
  set: Partial<ColumnsOf<T>>,
): RowChange {
  return { op: 'insert', table, key: key as Row, set: set as Row, add: {} }
}

type Amounts<T extends TableName> = { set?: Partial<ColumnsOf<T>>; add?: Partial<ColumnsOf<T>> }

export function updateRow<T extends TableName>(
  table: T,
  key: KeyOf<T>,
  { set = {}, add = {} }: Amounts<T>,
): RowChange {
  return { op: 'update', table, key: key as Row, set: set as Row, add: add as Row }
}

export function upsertRow<T extends TableName>(
  table: T,
  key: KeyOf<T>,
  { set = {}, add = {} }: Amounts<T>,
): RowChange {
  return { op: 'upsert', table, key: key as Row, set: set as Row, add: add as Row }
}

export function announce(data: Notice): Announcement {
  return { op: 'announce', data }
}

/** The changes of one block, at most one per row and operation, in an order in which they may be applied. */
export type BlockChanges = { rows: RowChange[]; announcements: Notice[] }

/**
 * Folds the changes of a block: later `set`s win, `add`s sum up, equal announcements are made once.
 * Inserts come first: a row is never changed before the event that made it.
 */
export function mergeChanges(changes: readonly Change[]): BlockChanges {
  const rows = new Map<string, RowChange>()
  const announcements = new Map<string, Notice>()
  for (const change of changes) {
    if (change.op === 'announce') announcements.set(toJson(change.data), change.data)
    else mergeRow(rows, change)
  }
  const inserts = [...rows.values()].filter(({ op }) => op === 'insert')
  const others = [...rows.values()].filter(({ op }) => op !== 'insert')
  return { rows: [...inserts, ...others], announcements: [...announcements.values()] }
}

function mergeRow(rows: Map<string, RowChange>, change: RowChange): void {
  const name = `${change.table} ${change.op} ${Object.values(change.key).join(' ')}`
  const earlier = rows.get(name)
  if (earlier === undefined) {
    rows.set(name, { ...change, set: { ...change.set }, add: { ...change.add } })
    return
  }
  Object.assign(earlier.set, change.set)
  for (const [column, amount] of Object.entries(change.add)) {
    earlier.add[column] = sum(earlier.add[column], amount)
  }
}

/** Sum of two amounts of one column: both bigint or both number. */
export function sum(a: SqlValue | undefined, b: SqlValue): SqlValue {
  if (a === undefined) return b
  if (typeof a === 'bigint' && typeof b === 'bigint') return a + b
  if (typeof a === 'number' && typeof b === 'number') return a + b
  throw new RangeError(`cannot add ${typeof a} and ${typeof b}`)
}
