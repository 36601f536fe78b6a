export {
  connectDatabase,
  type DatabaseDeps,
  type DatabaseOptions,
} from './connectDatabase.ts'
export {
  DatabaseRefusedError,
  DatabaseUnavailableError,
  MigrationError,
  PostgresStartError,
  PostgresUnavailableError,
  QueryConflictError,
  QueryError,
} from './errors.ts'
export { createGroupCommit, type GroupCommit, type GroupCommitOptions } from './groupCommit.ts'
export { type LeaderLock, tryLeaderLock } from './leaderLock.ts'
export { type Migration, migrate } from './migrate.ts'
export {
  type Database,
  type HeldConnection,
  type Sql,
  type Statement,
  statement,
  type TransactionOptions,
} from './sql.ts'
export {
  type PostgresDeps,
  type PostgresOptions,
  type PostgresServer,
  removePostgres,
  startPostgres,
} from './startPostgres.ts'
