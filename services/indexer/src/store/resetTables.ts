import type { Database } from '@millrace/database'
import { TABLES } from '../tables/tables.ts'
import type { BlockRef } from './cursor.ts'

/**
 * Empties all that was made from a chain and puts the cursor at `start`. Orders in the book stay, and
 * so do locations: they are facts about content ids. Ids of announcements go on, never back.
 */
export async function resetTables(
  database: Database,
  { chain, start }: { chain: string; start: BlockRef },
): Promise<void> {
  await database.transaction(async (sql) => {
    const names = [...Object.keys(TABLES), 'undo', 'blocks', 'announcements', 'cursor']
    await sql.execute(`truncate ${names.join(', ')}`)
    await sql.execute(
      'insert into cursor (chain, number, hash, undo_from) values ($1, $2, $3, $2)',
      [chain, start.number, start.hash],
    )
  })
}
