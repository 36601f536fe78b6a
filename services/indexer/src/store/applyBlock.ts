import { toJson } from '@millrace/base'
import { type Database, type Sql, statement } from '@millrace/database'
import type { BlockChanges, Notice } from '../changes.ts'
import { CursorMovedError } from '../errors.ts'
import { type BlockRef, moveCursor } from './cursor.ts'
import { writeRows } from './writeRows.ts'

export type ApplyParameters = {
  /** Where the tables stand. */
  from: BlockRef
  /** The block, or the last of a range of empty ones. */
  to: BlockRef
  changes: BlockChanges
  /** Blocks that the undo journal keeps. */
  reorgDepth: number
}

/**
 * Applies a block and moves the cursor, in one transaction: a crash leaves both or neither.
 * Commits without waiting for the disk: what a crash of the database loses is indexed again, since
 * the cursor is lost with it.
 *
 * @throws {CursorMovedError} when the tables do not stand at `from`; nothing is done then.
 */
export async function applyBlock(
  database: Database,
  { from, to, changes, reorgDepth }: ApplyParameters,
): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query(BEGIN)
    if (!(await moveCursor(sql, { from, to }))) throw new CursorMovedError({ from })
    await writeRows(sql, { rows: changes.rows, block: to.number })
    await writeAnnouncements(sql, { notices: changes.announcements, block: to.number })
    if (epochOf(to) !== epochOf(from)) await prune(sql, to.number - reorgDepth)
  })
}

/**
 * Adds to the list that `GET /events` sends. Ids must become visible in their order, or a reader
 * would pass over the lower one: writers hold a lock until they commit.
 */
export async function writeAnnouncements(
  sql: Sql,
  { notices, block }: { notices: readonly Notice[]; block?: number },
): Promise<void> {
  if (notices.length === 0) return
  await sql.query(LOCK_ANNOUNCEMENTS)
  await sql.execute(ANNOUNCE, [
    block ?? null,
    notices.map(({ kind }) => kind),
    notices.map((notice) => toJson(notice)),
  ])
}

async function prune(sql: Sql, below: number): Promise<void> {
  await sql.execute('delete from undo where block <= $1', [below])
  await sql.execute('delete from blocks where number <= $1', [below])
  await sql.execute('update cursor set undo_from = greatest(undo_from, $1)', [below])
  await sql.execute(
    `delete from announcements where id <= (select max(id) from announcements) - ${KEPT_ANNOUNCEMENTS}`,
  )
}

/** Pruned once in so many blocks. */
const epochOf = ({ number }: BlockRef): number => Math.floor(number / 64)
/** A client away for longer than this many events starts afresh. */
const KEPT_ANNOUNCEMENTS = 20_000

const BEGIN = statement('indexer-begin', `select set_config('synchronous_commit', 'off', true)`)
const LOCK_ANNOUNCEMENTS = statement(
  'indexer-lock-announcements',
  `select pg_advisory_xact_lock(hashtext('millrace announcements'))`,
)
const ANNOUNCE = statement(
  'indexer-announce',
  `insert into announcements (block, kind, data)
   select $1::bigint, kind, data from unnest($2::text[], $3::jsonb[]) as n(kind, data)`,
)
