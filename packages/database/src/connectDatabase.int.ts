import { chmod, mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { silentLogger } from '@millrace/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDatabase } from './connectDatabase.ts'
import { createGroupCommit } from './groupCommit.ts'
import { tryLeaderLock } from './leaderLock.ts'
import { migrate } from './migrate.ts'
import { type Database, statement } from './sql.ts'
import { type PostgresServer, removePostgres, startPostgres } from './startPostgres.ts'

let dir: string
let server: PostgresServer
let database: Database

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'millrace-db-'))
  await chmod(dir, 0o755)
  server = await startPostgres({ dir }, { log: silentLogger })
  database = await connectDatabase(server.connection, { schema: 'app' })
})
afterAll(async () => {
  await database.close()
  await removePostgres({ dir }, { log: silentLogger })
})

/** Kills the server and starts it again. */
const restart = async (): Promise<void> => {
  process.kill(server.pid, 'SIGKILL')
  await server.closed
  server = await startPostgres({ dir }, { log: silentLogger })
}

test('carries exact numbers and bytes both ways, alone and in arrays', async () => {
  const values = [
    2n ** 63n - 1n,
    (2n ** 256n).toString(),
    new Uint8Array([0, 1, 255]),
    [1n, -2n],
    [new Uint8Array([7]), new Uint8Array()],
    [2n ** 200n],
  ]
  const types = ['bigint', 'numeric', 'bytea', 'bigint[]', 'bytea[]', 'numeric[]']
  const columns = types.map((type, index) => `$${index + 1}::${type} as c${index}`).join(', ')
  const [row] = await database.query<Record<string, unknown>>(`select ${columns}`, values)
  const [c0, , c2, c3, c4, c5] = values
  expect(row).toEqual({ c0, c1: 2n ** 256n, c2, c3, c4, c5 })
})

test('prepares a named statement once a connection', async () => {
  const addOne = statement('add_one', 'select $1::int + 1 as n')
  await database.transaction(async (sql) => {
    await sql.query(addOne, [1])
    expect(await sql.query(addOne, [2])).toEqual([{ n: 3 }])
    expect(
      await sql.query("select name from pg_prepared_statements where name = 'add_one'"),
    ).toEqual([{ name: 'add_one' }])
  })
})

test('keeps all of a transaction or nothing', async () => {
  await database.query('create table pair(n int primary key)')
  await database.transaction(async (sql) => {
    expect(await sql.execute('insert into pair values (1), (2)')).toBe(2)
  })
  const failing = database.transaction(async (sql) => {
    await sql.execute('insert into pair values (3)')
    await sql.execute('insert into pair values (1)')
  })
  await expect(failing).rejects.toMatchObject({
    code: 'QUERY_FAILED',
    sqlState: '23505',
    constraint: 'pair_pkey',
  })
  expect(await database.query('select count(*) as n from pair')).toEqual([{ n: 2n }])
})

test('runs a transaction again that met another one', async () => {
  await database.query('create table counter(n int); insert into counter values (0)')
  const raise = (): Promise<void> =>
    database.transaction(
      async (sql) => {
        const [row] = await sql.query<{ n: number }>('select n from counter')
        await sql.execute('update counter set n = $1', [(row?.n ?? 0) + 1])
      },
      { isolation: 'serializable' },
    )
  await Promise.all([raise(), raise(), raise()])
  expect(await database.query('select n from counter')).toEqual([{ n: 3 }])
})

test('lives through a kill of the server, and statements wait for it', async () => {
  await database.query('create table kept(n int)')
  await database.execute('insert into kept values (1)')
  const hanging = database.query('select pg_sleep(60)')
  const fate = hanging.catch((error) => error)
  await expect
    .poll(() => database.query("select 1 from pg_stat_activity where query like '%pg_sleep(60)'"))
    .not.toEqual([])
  await restart()
  expect(await fate).toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true })
  const rows = await database.transaction((sql) => sql.query('select n from kept'))
  expect(rows).toEqual([{ n: 1 }])
})

test('does not run a transaction again whose commit may have happened', async () => {
  await database.query('create table once(n int)')
  const broken = database.transaction(async (sql) => {
    await sql.execute('insert into once values (1)')
    // The server dies inside the commit: a deferred trigger stops it there.
    await sql.query(`create or replace function die() returns trigger language plpgsql as
      $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`)
    await sql.query(`create constraint trigger die after insert on once
      deferrable initially deferred for each row execute function die()`)
    await sql.execute('insert into once values (2)')
  })
  await expect(broken).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', outcome: 'unknown' })
})

test('says no to wrong places at once, and waits for absent ones only as long as told', async () => {
  const options = { schema: 'app', patienceMs: 0 }
  await expect(connectDatabase('mysql://root:pw@localhost/x', options)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.not.stringContaining('pw'),
  })
  const absent = server.connection.replace('/postgres?', '/absent?')
  await expect(connectDatabase(absent, options)).rejects.toMatchObject({ code: 'DATABASE_REFUSED' })
  const nowhere = 'postgresql://postgres@/postgres?host=%2Fnonexistent'
  await expect(connectDatabase(nowhere, options)).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    outcome: 'nothing done',
  })
})

test('applies each migration once, however many processes start together', async () => {
  const connect = () => connectDatabase(server.connection, { schema: 'fresh' })
  const databases = await Promise.all([connect(), connect(), connect()])
  const steps = [
    { name: '1-tables', sql: 'create table a(n int); create table b(n int)' },
    { name: '2-column', sql: 'alter table a add m text' },
  ]
  const runs = await Promise.all(databases.map((each) => migrate(each, steps)))
  expect(runs.flatMap(({ applied }) => applied)).toEqual(['1-tables', '2-column'])
  const first = databases[0] as Database
  await expect(migrate(first, steps.slice(0, 1))).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('newer'),
  })
  const changed = steps.map((step) => ({ ...step, sql: `${step.sql} ` }))
  await expect(migrate(first, changed)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
  const broken = [...steps, { name: '3-broken', sql: 'create table c(n int); drop table nothing' }]
  await expect(migrate(first, broken)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
  expect(await first.query("select to_regclass('fresh.c')::text as c")).toEqual([{ c: null }])
  await Promise.all(databases.map((each) => each.close()))
})

test('lets one lead at a time', async () => {
  const other = await connectDatabase(server.connection, { schema: 'app' })
  const lock = await tryLeaderLock(database, 'pool 1')
  expect(lock?.lost.aborted).toBe(false)
  expect(await tryLeaderLock(other, 'pool 1')).toBeUndefined()
  expect(await tryLeaderLock(other, 'pool 2')).toBeDefined()
  await lock?.release()
  const next = await tryLeaderLock(other, 'pool 1')
  expect(next).toBeDefined()
  await other.close()
  await expect.poll(() => next?.lost.aborted).toBe(true)
  expect(await tryLeaderLock(database, 'pool 1')).toBeDefined()
})

test('tells a leader when its lock is gone', async () => {
  const lock = await tryLeaderLock(database, 'pool 3')
  await restart()
  await expect.poll(() => lock?.lost.aborted).toBe(true)
  const again = await tryLeaderLock(database, 'pool 3')
  expect(again?.lost.aborted).toBe(false)
  await again?.release()
})

test('commits many appends in few transactions', async () => {
  await database.query('create table journal(n bigint)')
  let commits = 0
  const { append } = createGroupCommit<bigint>({
    maxItems: 100,
    windowMs: 1,
    write: async (items) => {
      commits += 1
      await database.execute('insert into journal select * from unnest($1::bigint[])', [items])
    },
  })
  await Promise.all(Array.from({ length: 500 }, (_, n) => append(BigInt(n))))
  expect(await database.query('select count(*) as n from journal')).toEqual([{ n: 500n }])
  expect(commits).toBe(5)
})
