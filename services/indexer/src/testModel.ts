import { type Change, type RowChange, sum } from './changes.ts'
import { type SqlValue, TABLES, type TableName } from './tables/tables.ts'

// The tables as plain maps: what the database must agree with.

type ModelRow = Record<string, SqlValue | null>
export type Model = Record<TableName, Map<string, ModelRow>>

export function emptyModel(): Model {
  return Object.fromEntries(Object.keys(TABLES).map((table) => [table, new Map()])) as Model
}

/** The model after changes, one after the other as the handlers gave them. */
export function applyToModel(model: Model, changes: readonly Change[]): Model {
  const next = Object.fromEntries(
    Object.entries(model).map(([table, rows]) => [table, new Map(rows)]),
  ) as Model
  for (const change of changes) if (change.op !== 'announce') applyRow(next, change)
  return next
}

function applyRow(model: Model, { op, table, key, set, add }: RowChange): void {
  const rows = model[table]
  const name = Object.values(key).join(' ')
  const known = rows.get(name)
  if (op === 'update' && known === undefined) return
  if (op === 'insert' && known !== undefined) throw new RangeError(`${table} ${name} is there`)
  const row: ModelRow = { ...(known ?? { ...blankRow(table), ...key }), ...set }
  for (const [column, amount] of Object.entries(add))
    row[column] = sum(row[column] ?? undefined, amount)
  rows.set(name, row)
}

const NULLABLE = new Set([
  'batches.root',
  'batches.result_root',
  'batches.locations',
  'batches.committed_at',
  'batches.settled_at',
  'batches.commit_tx',
  'batches.settle_tx',
  'order_states.placed_by',
])
const ZERO = { int8: 0, numeric: 0n, bool: false, text: '', jsonb: '' } as const

/** Defaults of the columns, as the migration has them. */
function blankRow(table: TableName): ModelRow {
  return Object.fromEntries(
    Object.entries(TABLES[table].columns).map(([column, type]) => [
      column,
      NULLABLE.has(`${table}.${column}`) ? null : ZERO[type as keyof typeof ZERO],
    ]),
  )
}
