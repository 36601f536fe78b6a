import {
  type Clock,
  InvalidInputError,
  type Logger,
  silentLogger,
  systemClock,
} from '@millrace/base'
import pg from 'pg'
import { columnTypes } from './columnTypes.ts'
import { DatabaseRefusedError, DatabaseUnavailableError, QueryConflictError } from './errors.ts'
import { CONNECT, fromPgError } from './pgErrors.ts'
import type { Database, HeldConnection, Sql, Statement, TransactionOptions } from './sql.ts'

export type DatabaseOptions = {
  /** Schema of all unqualified names; made when missing. */
  schema: string
  maxConnections?: number
  /** How long to wait for a server that is down or starting before an error says so. */
  patienceMs?: number
}

export type DatabaseDeps = { log?: Logger; clock?: Clock; signal?: AbortSignal }

const MIN_SERVER_VERSION = 150_000
const TRANSACTION_ATTEMPTS = 5
/** Nobody should wait longer for a free connection of the pool. */
const CONNECT_TIMEOUT_MS = 30_000

/**
 * Connects to a PostgreSQL server and waits for it while it starts. Connections that break are
 * replaced: a restart of the server shows as {@link DatabaseUnavailableError} (retryable) on the
 * statements that were under way and as a pause on the others.
 *
 * @param connection - From {@link startPostgres}, or any PostgreSQL URL.
 * @throws {InvalidInputError} `INVALID_INPUT`
 * @throws {DatabaseUnavailableError} `DATABASE_UNAVAILABLE`
 * @throws {DatabaseRefusedError} `DATABASE_REFUSED`
 */
export async function connectDatabase(
  connection: string,
  options: DatabaseOptions,
  deps: DatabaseDeps = {},
): Promise<Database> {
  const database = createDatabase(connection, options, deps)
  try {
    await refuseOldServer(database)
    await makeSchema(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

function createDatabase(
  connection: string,
  { schema, maxConnections = 8, patienceMs = 30_000 }: DatabaseOptions,
  { log = silentLogger, clock = systemClock, signal }: DatabaseDeps,
): Database {
  const pool = new pg.Pool({
    ...connectionSettings(connection, schema),
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: columnTypes,
  })
  // Without listeners a broken connection, idle or taken, would end the process.
  pool.on('error', (error) =>
    log.debug('idle database connection broke', { reason: error.message }),
  )
  pool.on('connect', (client) => client.on('error', () => {}))
  const acquire = createAcquire(pool, { patienceMs, clock, signal, log })
  const held = new Set<HeldConnection>()
  let closing: Promise<void> | undefined

  const withClient = async <T>(act: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await acquire()
    try {
      const result = await act(client)
      client.release()
      return result
    } catch (error) {
      client.release(error instanceof DatabaseUnavailableError)
      throw error
    }
  }

  return {
    schema,
    query: (statement, values) => withClient((client) => sqlOf(client).query(statement, values)),
    execute: (statement, values) =>
      withClient((client) => sqlOf(client).execute(statement, values)),
    transaction: (act, transactionOptions = {}) =>
      runTransaction(withClient, act, transactionOptions),
    hold: async () => holdConnection(await acquire(), held),
    close: () => {
      for (const connection of held) connection.release()
      closing ??= pool.end()
      return closing
    },
  }
}

function connectionSettings(connection: string, schema: string): pg.PoolConfig {
  if (!/^[a-z_][a-z0-9_]*$/.test(schema))
    throw new InvalidInputError({ field: 'schema', value: schema, expected: 'a plain name' })
  if (!/^postgres(ql)?:\/\//.test(connection))
    throw new InvalidInputError({
      field: 'DATABASE_URL',
      value: connection.replace(/:[^:@/]*@/, ':[secret]@'),
      expected: 'a URL like postgresql://user:password@host:5432/database',
    })
  return { connectionString: connection, options: `-c search_path=${schema},public` }
}

type AcquireDeps = {
  patienceMs: number
  clock: Clock
  signal: AbortSignal | undefined
  log: Logger
}

/** A connection, waiting for the server while it is away. */
function createAcquire(
  pool: pg.Pool,
  { patienceMs, clock, signal, log }: AcquireDeps,
): () => Promise<pg.PoolClient> {
  return async () => {
    const giveUpAtMs = clock.nowMs() + patienceMs
    for (let pauseMs = 20; ; pauseMs = Math.min(500, pauseMs * 2)) {
      signal?.throwIfAborted()
      try {
        return await pool.connect()
      } catch (thrown) {
        const error = fromPgError(thrown, { statement: CONNECT, outcome: 'nothing done' })
        if (!error.retryable || clock.nowMs() > giveUpAtMs) throw error
        log.debug('waiting for the database', { reason: error.message })
        await clock.sleep(pauseMs, signal)
      }
    }
  }
}

function sqlOf(client: pg.ClientBase): Sql {
  const run = async (
    statement: string | Statement,
    values: readonly unknown[] | undefined,
  ): Promise<pg.QueryResult> => {
    const config = typeof statement === 'string' ? { text: statement } : { ...statement }
    try {
      return await client.query(values === undefined ? config : { ...config, values: [...values] })
    } catch (error) {
      const name = typeof statement === 'string' ? statement.slice(0, 200) : statement.name
      throw fromPgError(error, { statement: name, outcome: 'unknown' })
    }
  }
  return {
    query: async <Row>(statement: string | Statement, values?: readonly unknown[]) =>
      (await run(statement, values)).rows as Row[],
    execute: async (statement, values) => (await run(statement, values)).rowCount ?? 0,
  }
}

type WithClient = <T>(act: (client: pg.PoolClient) => Promise<T>) => Promise<T>

async function runTransaction<T>(
  withClient: WithClient,
  act: (sql: Sql) => Promise<T>,
  { isolation = 'read committed' }: TransactionOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let isCommitSent = false
    try {
      return await withClient(async (client) => {
        const sql = sqlOf(client)
        await sql.query(`begin isolation level ${isolation}`)
        try {
          const result = await act(sql)
          isCommitSent = true
          await sql.query('commit')
          return result
        } catch (error) {
          if (!(error instanceof DatabaseUnavailableError)) await sql.query('rollback')
          throw error
        }
      })
    } catch (error) {
      // A commit whose answer was lost may have happened: only the caller knows what to do then.
      const isSafe =
        error instanceof QueryConflictError ||
        (error instanceof DatabaseUnavailableError && !isCommitSent)
      if (!isSafe || attempt >= TRANSACTION_ATTEMPTS) throw error
    }
  }
}

function holdConnection(client: pg.PoolClient, held: Set<HeldConnection>): HeldConnection {
  const lost = new AbortController()
  client.once('end', () => lost.abort())
  client.once('error', () => lost.abort())
  const connection: HeldConnection = {
    ...sqlOf(client),
    lost: lost.signal,
    release: () => {
      // Closed and not given back: locks and settings of the session end with it.
      if (held.delete(connection)) client.release(true)
    },
  }
  held.add(connection)
  return connection
}

async function refuseOldServer(database: Database): Promise<void> {
  const [row] = await database.query<{ version: string }>('show server_version_num')
  const version = Number(Object.values(row ?? {})[0])
  if (version < MIN_SERVER_VERSION)
    throw new DatabaseRefusedError({
      reason: `it is PostgreSQL ${Math.floor(version / 10_000)}, and Millrace needs 15 or newer`,
    })
}

async function makeSchema(database: Database): Promise<void> {
  const [found] = await database.query('select 1 from pg_namespace where nspname = $1', [
    database.schema,
  ])
  if (found !== undefined) return
  await database.transaction(async (sql) => {
    // Two processes at once would both try; "if not exists" alone does not keep them apart.
    await sql.query('select pg_advisory_xact_lock(hashtext($1))', [`schema ${database.schema}`])
    await sql.query(`create schema if not exists ${database.schema}`)
  })
}
