import type { Hex32 } from '@millrace/base'
import { type Sql, statement } from '@millrace/database'

/** A block by number and hash. */
export type BlockRef = { number: number; hash: Hex32 }

/**
 * How far the tables are true. `chain` names what they were made from; `undoFrom` is the lowest
 * block to which the journal can take them back.
 */
export type Cursor = BlockRef & { chain: string; undoFrom: number }

export async function readCursor(sql: Sql): Promise<Cursor | undefined> {
  const [row] = await sql.query<{
    chain: string
    number: bigint
    hash: Hex32
    undo_from: bigint
  }>(READ)
  if (row === undefined) return undefined
  const { chain, number, hash, undo_from } = row
  return { chain, number: Number(number), hash, undoFrom: Number(undo_from) }
}

/** Moves the cursor on from `from`; false, and nothing done, when it does not stand there. */
export async function moveCursor(
  sql: Sql,
  { from, to }: { from: BlockRef; to: BlockRef },
): Promise<boolean> {
  const moved = await sql.execute(MOVE, [from.number, from.hash, to.number, to.hash])
  return moved === 1
}

/** The last blocks in the tables, oldest first: by them the feed finds where a reorganisation began. */
export async function readBlockRefs(sql: Sql): Promise<BlockRef[]> {
  const rows = await sql.query<{ number: bigint; hash: Hex32 }>(
    'select number, hash from (select * from blocks order by number desc limit 256) b order by number',
  )
  return rows.map(({ number, hash }) => ({ number: Number(number), hash }))
}

const READ = statement('indexer-read-cursor', 'select chain, number, hash, undo_from from cursor')
const MOVE = statement(
  'indexer-move-cursor',
  `with moved as (
     update cursor set number = $3, hash = $4 where number = $1 and hash = $2 returning 1)
   insert into blocks (number, hash) select $3, $4 from moved`,
)
