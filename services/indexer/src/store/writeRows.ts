import { type Sql, type Statement, statement } from '@millrace/database'
import type { RowChange } from '../changes.ts'
import { type SqlValue, TABLES, type TableSpec } from '../tables/tables.ts'

/**
 * Writes row changes with one statement per table, operation and set of columns, however many rows:
 * the columns travel as arrays. For a table of kind `state` the same statement first puts the rows
 * as they were into the undo journal.
 */
export async function writeRows(
  sql: Sql,
  { rows, block }: { rows: readonly RowChange[]; block: number },
): Promise<void> {
  for (const group of groupRows(rows)) {
    const [first] = group
    if (first === undefined) continue
    const shape = shapeOf(first, group)
    const columns = Object.keys(shape.types)
    const values = columns.map((column) => group.map((change) => valueIn(change, column, shape)))
    await sql.execute(shapeStatement(shape), isJournalled(shape) ? [...values, block] : values)
  }
}

type Shape = {
  table: RowChange['table']
  op: RowChange['op']
  key: string[]
  set: string[]
  add: string[]
  types: Record<string, string>
}

/** Rows that one statement can write: all replace the same columns. Order between groups is kept. */
function groupRows(rows: readonly RowChange[]): RowChange[][] {
  const groups = new Map<string, RowChange[]>()
  for (const row of rows) {
    const name = `${row.op} ${row.table} ${Object.keys(row.set).sort().join(' ')}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return [...groups.values()]
}

function shapeOf({ table, op, set }: RowChange, group: readonly RowChange[]): Shape {
  const spec: TableSpec = TABLES[table]
  const key = Object.keys(spec.key)
  const added = new Set(group.flatMap(({ add }) => Object.keys(add)))
  const inOrder = Object.keys(spec.columns)
  const shape = {
    table,
    op,
    key,
    set: inOrder.filter((column) => column in set),
    add: inOrder.filter((column) => added.has(column)),
  }
  const types = { ...spec.key, ...spec.columns } as Record<string, string>
  const used = [...key, ...shape.set, ...shape.add]
  return { ...shape, types: Object.fromEntries(used.map((name) => [name, types[name] ?? ''])) }
}

function valueIn({ key, set, add }: RowChange, column: string, { table }: Shape): SqlValue {
  const value = key[column] ?? set[column] ?? add[column]
  if (value !== undefined) return value
  // Another row of the group adds to this column, this one does not.
  const columns: Record<string, string> = TABLES[table].columns
  return columns[column] === 'numeric' ? 0n : 0
}

const isJournalled = ({ table }: Shape): boolean => TABLES[table].kind === 'state'

const statements = new Map<string, Statement>()

function shapeStatement(shape: Shape): Statement {
  const name = `index ${shape.op} ${shape.table} ${shape.set.join(',')} +${shape.add.join(',')}`
  const known = statements.get(name)
  if (known !== undefined) return known
  // PostgreSQL cuts names at 63 bytes, so the full one cannot serve.
  const made = statement(`indexer-write-${statements.size}`, shapeText(shape))
  statements.set(name, made)
  return made
}

function shapeText(shape: Shape): string {
  const { table, op, key, set, add, types } = shape
  const columns = Object.keys(types)
  const arrays = columns.map((column, i) => `$${i + 1}::${types[column]}[]`)
  const input = `input as (select * from unnest(${arrays.join(', ')}) as i(${columns.join(', ')}))`
  const sameKey = (left: string, right: string) =>
    key.map((column) => `${left}.${column} = ${right}.${column}`).join(' and ')
  const journal = isJournalled(shape)
    ? `, journal as (
        insert into undo (tbl, key, block, old)
        select '${table}', jsonb_build_array(${key.map((column) => `i.${column}`).join(', ')}),
          $${columns.length + 1}::bigint, to_jsonb(t)
        from input i left join ${table} t on ${sameKey('t', 'i')}
        on conflict do nothing)`
    : ''
  const changes = (from: string) =>
    [
      ...set.map((column) => `${column} = ${from}.${column}`),
      ...add.map((column) => `${column} = t.${column} + ${from}.${column}`),
    ].join(', ')
  const insert = `insert into ${table} as t (${columns.join(', ')}) select ${columns.join(', ')} from input`
  const onConflict = changes('excluded') === '' ? 'nothing' : `update set ${changes('excluded')}`
  const write = {
    insert,
    upsert: `${insert} on conflict (${key.join(', ')}) do ${onConflict}`,
    update: `update ${table} t set ${changes('i')} from input i where ${sameKey('t', 'i')}`,
  }[op]
  return `with ${input}${journal} ${write}`
}
