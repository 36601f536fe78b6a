import type { BaseError } from '@millrace/base'
import {
  DatabaseRefusedError,
  DatabaseUnavailableError,
  QueryConflictError,
  QueryError,
} from './errors.ts'

// Server ends or starts (57P..), connection errors (08...), too many connections (53300).
const LOST_STATES = /^(57P0[1235]|08...|53300)$/
const CONFLICT_STATES = new Set(['40001', '40P01', '55P03'])
// Wrong password or rights, no such database.
const REFUSED_STATES = /^(28...|3D000|42501)$/
const LOST_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
  'ENOTCONN',
])
// What `pg` throws without any code.
const LOST_MESSAGES =
  /connection terminated|not queryable|timeout exceeded when trying to connect|timeout expired/i

type PgError = Error & { code?: string; constraint?: string }

/** Our class for whatever `pg` threw. */
export function fromPgError(
  error: unknown,
  { statement, outcome }: { statement: string; outcome: DatabaseUnavailableError['outcome'] },
): BaseError {
  const { code = '', message, constraint } = error as PgError
  const isConnecting = statement === CONNECT
  if (isLost(error)) return new DatabaseUnavailableError({ reason: message, outcome, cause: error })
  if (isConnecting || REFUSED_STATES.test(code))
    return new DatabaseRefusedError({ reason: message, sqlState: code, cause: error })
  const parameters = { reason: message, sqlState: code, constraint, statement, cause: error }
  return CONFLICT_STATES.has(code) ? new QueryConflictError(parameters) : new QueryError(parameters)
}

/** Stands for the statement while there is no connection yet. */
export const CONNECT = 'connect'

function isLost(error: unknown): boolean {
  const { code, message } = error as PgError
  if (code === undefined) return LOST_MESSAGES.test(message)
  return LOST_STATES.test(code) || LOST_SYSTEM_CODES.has(code)
}
