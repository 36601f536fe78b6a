import type { Database } from '@millrace/database'
import { TABLES, type TableName } from './tables/tables.ts'

/** Rows of every table that events fill, in order of their keys; for tests that compare databases. */
export async function readTables(database: Database): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {}
  for (const table of Object.keys(TABLES) as TableName[]) {
    const key = Object.keys(TABLES[table].key).join(', ')
    tables[table] = await database.query(`select * from ${table} order by ${key}`)
  }
  return tables
}
