import { type Hex32, ZERO_HEX32 } from '@millrace/base'
import type { Database, Sql } from '@millrace/database'
import { JournalTooShortError } from '../errors.ts'
import { TABLES, type TableName, type TableSpec } from '../tables/tables.ts'
import { type BlockRef, readCursor } from './cursor.ts'

/**
 * Takes the tables back to what they were after block `number`, in one transaction with the cursor.
 *
 * @param number - A block that was applied, or the one before the first.
 * @returns Where the tables stand now.
 * @throws {JournalTooShortError} when the journal does not reach that far; then only a rebuild helps.
 */
export async function rollbackTo(database: Database, number: number): Promise<BlockRef> {
  return await database.transaction(async (sql) => {
    const cursor = await readCursor(sql)
    if (cursor === undefined || number < cursor.undoFrom)
      throw new JournalTooShortError({ to: number, undoFrom: cursor?.undoFrom ?? 0 })
    for (const table of Object.keys(TABLES) as TableName[]) await rollbackTable(sql, table, number)
    await sql.execute('delete from undo where block > $1', [number])
    await sql.execute('delete from announcements where block > $1', [number])
    await sql.execute('delete from blocks where number > $1', [number])
    const [block] = await sql.query<{ hash: Hex32 }>('select hash from blocks where number = $1', [
      number,
    ])
    const to = { number, hash: block?.hash ?? ZERO_HEX32 }
    await sql.execute('update cursor set number = $1, hash = $2', [to.number, to.hash])
    return to
  })
}

async function rollbackTable(sql: Sql, table: TableName, number: number): Promise<void> {
  const spec: TableSpec = TABLES[table]
  if (spec.kind === 'append') {
    await sql.execute(`delete from ${table} where block > $1`, [number])
    return
  }
  // The oldest journal entry above the block is the row as it was at the block; null: there was none.
  const keyFields = Object.entries(spec.key).map(
    ([column, type], i) => `t.${column} = (f.key->>${i})::${type}`,
  )
  await sql.execute(
    `with first as (
       select distinct on (key) key, old from undo
       where tbl = '${table}' and block > $1 order by key, block)
     delete from ${table} t using first f where ${keyFields.join(' and ')}`,
    [number],
  )
  await sql.execute(
    `with first as (
       select distinct on (key) key, old from undo
       where tbl = '${table}' and block > $1 order by key, block)
     insert into ${table}
     select r.* from first f, jsonb_populate_record(null::${table}, f.old) r where f.old is not null`,
    [number],
  )
}
