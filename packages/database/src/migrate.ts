import { createHash } from 'node:crypto'
import { BaseError } from '@millrace/base'
import { MigrationError } from './errors.ts'
import type { Database, Sql } from './sql.ts'

/** One step of a schema's history; never edited once released, only followed by another. */
export type Migration = { name: string; sql: string }

/**
 * Brings the tables of the database's schema to the last of `migrations`, all in one transaction
 * under a lock, so that any number of processes may start at once.
 *
 * @throws {MigrationError} `MIGRATION_FAILED`
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
): Promise<{ applied: string[] }> {
  return await database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock(hashtext($1))', [`migrate ${database.schema}`])
    await sql.query(`create table if not exists ${database.schema}.migration(
      name text primary key, position int not null, sha256 text not null,
      applied_at timestamptz not null default now())`)
    const done = await sql.query<{ name: string; sha256: string }>(
      `select name, sha256 from ${database.schema}.migration order by position`,
    )
    checkHistory(done, migrations)
    const applied: string[] = []
    for (const [index, migration] of migrations.entries()) {
      if (index < done.length) continue
      await apply(sql, migration)
      await sql.execute(
        `insert into ${database.schema}.migration(name, position, sha256) values ($1, $2, $3)`,
        [migration.name, index, sha256(migration.sql)],
      )
      applied.push(migration.name)
    }
    return { applied }
  })
}

function checkHistory(
  done: readonly { name: string; sha256: string }[],
  migrations: readonly Migration[],
): void {
  for (const [index, { name, sha256: hash }] of done.entries()) {
    const known = migrations[index]
    if (known === undefined || known.name !== name)
      throw new MigrationError({ name, reason: 'the database is newer than this program' })
    if (sha256(known.sql) !== hash)
      throw new MigrationError({ name, reason: 'it was applied before with another text' })
  }
}

async function apply(sql: Sql, { name, sql: text }: Migration): Promise<void> {
  try {
    await sql.query(text)
  } catch (error) {
    if (error instanceof BaseError && error.retryable) throw error
    throw new MigrationError({ name, reason: (error as Error).message, cause: error })
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
