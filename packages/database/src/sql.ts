/** A statement that each connection prepares once; equal names must mean equal texts. */
export type Statement = { readonly name: string; readonly text: string }

/**
 * Runs statements. A plain string is not prepared: for rare ones. In rows `bigint` columns and whole
 * `numeric` values are `bigint`, `bytea` is `Uint8Array`, `timestamptz` is `Date`; parameters take
 * the same types, and arrays of them.
 */
export type Sql = {
  /** Rows of the answer. */
  query<Row>(statement: string | Statement, values?: readonly unknown[]): Promise<Row[]>
  /** Number of rows written. */
  execute(statement: string | Statement, values?: readonly unknown[]): Promise<number>
}

/** A connection of one's own, kept until released. */
export type HeldConnection = Sql & {
  /** Aborts when the connection ends; whatever it held (locks) is gone then. */
  readonly lost: AbortSignal
  release(): void
}

export type TransactionOptions = {
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
}

export type Database = Sql & {
  readonly schema: string
  /**
   * Runs `act` between begin and commit; an error rolls back. Runs it again when the connection
   * broke before the commit was sent or another transaction was in the way, so `act` must do
   * nothing but statements.
   *
   * @throws {DatabaseUnavailableError} `DATABASE_UNAVAILABLE`
   * @throws {QueryError} `QUERY_FAILED`
   */
  transaction<T>(act: (sql: Sql) => Promise<T>, options?: TransactionOptions): Promise<T>
  hold(): Promise<HeldConnection>
  /** Waits for what is under way, and takes held connections back. */
  close(): Promise<void>
}

/** Names a statement, once per module. */
export function statement(name: string, text: string): Statement {
  return { name, text }
}
