import { BaseError } from '@millrace/base'

const USE_YOUR_OWN =
  'Or use a PostgreSQL server of your own (version 15 or newer): DATABASE_URL=postgresql://user:password@host:5432/database'

/** The embedded PostgreSQL server cannot run on this machine at all. */
export class PostgresUnavailableError extends BaseError {
  readonly code = 'POSTGRES_UNAVAILABLE'
  constructor({ reason, hint, cause }: { reason: string; hint?: string; cause?: unknown }) {
    super(`The embedded PostgreSQL server cannot run here: ${reason}.`, {
      meta: { platform: process.platform, arch: process.arch },
      hints: [...(hint === undefined ? [] : [hint]), USE_YOUR_OWN],
      docs: 'postgres-unavailable',
      cause,
    })
  }
}

/** The embedded PostgreSQL server should run here, but did not start. */
export class PostgresStartError extends BaseError {
  readonly code = 'POSTGRES_START_FAILED'
  constructor({ reason, dir, output = '' }: { reason: string; dir: string; output?: string }) {
    super(`The embedded PostgreSQL server did not start: ${reason}.`, {
      meta: { dir, output },
      hints: [`Its log is ${dir}/server.log.`, USE_YOUR_OWN],
      docs: 'postgres-start-failed',
    })
  }
}

/** No answer from the database right now, or the connection broke. */
export class DatabaseUnavailableError extends BaseError {
  readonly code = 'DATABASE_UNAVAILABLE'
  override readonly retryable = true
  /** `unknown` when the connection broke while a commit was on its way. */
  readonly outcome: 'nothing done' | 'unknown'
  constructor({
    reason,
    outcome,
    cause,
  }: { reason: string; outcome: 'nothing done' | 'unknown'; cause?: unknown }) {
    super(`The database does not answer: ${reason}.`, {
      meta: { outcome },
      hints: ['Is the database server running? The local cloud restarts its own by itself.'],
      docs: 'database-unavailable',
      cause,
    })
    this.outcome = outcome
  }
}

/** The database answers, but not to us: wrong password, missing database, too old. */
export class DatabaseRefusedError extends BaseError {
  readonly code = 'DATABASE_REFUSED'
  constructor({ reason, sqlState, cause }: { reason: string; sqlState?: string; cause?: unknown }) {
    super(`The database refuses this connection: ${reason}.`, {
      meta: { sqlState },
      hints: ['Check user, password and database name in DATABASE_URL.'],
      docs: 'database-refused',
      cause,
    })
  }
}

/** A statement failed in a way that running it again does not cure. */
export class QueryError extends BaseError {
  readonly code = 'QUERY_FAILED'
  /** Five characters, for example `23505` for a broken unique constraint. */
  readonly sqlState: string
  readonly constraint: string | undefined
  constructor({ reason, sqlState, constraint, statement, cause }: QueryErrorParameters) {
    super(`A database statement failed: ${reason}.`, {
      meta: { sqlState, constraint, statement },
      docs: 'query-failed',
      cause,
    })
    this.sqlState = sqlState
    this.constraint = constraint
  }
}

/** Two transactions stood in each other's way; the same transaction again will do. */
export class QueryConflictError extends BaseError {
  readonly code = 'QUERY_CONFLICT'
  override readonly retryable = true
  constructor({ reason, sqlState, statement, cause }: QueryErrorParameters) {
    super(`A transaction met another one: ${reason}.`, {
      meta: { sqlState, statement },
      docs: 'query-conflict',
      cause,
    })
  }
}

/** The tables of the database are not those that this version expects. */
export class MigrationError extends BaseError {
  readonly code = 'MIGRATION_FAILED'
  constructor({ name, reason, cause }: { name: string; reason: string; cause?: unknown }) {
    super(`Migration ${name} cannot be applied: ${reason}.`, {
      meta: { name },
      hints: ['Use the version of Millrace that wrote this database, or another database.'],
      docs: 'migration-failed',
      cause,
    })
  }
}

export type QueryErrorParameters = {
  reason: string
  sqlState: string
  constraint?: string | undefined
  statement: string
  cause?: unknown
}
