import { BaseError } from '@millrace/base'

/**
 * What the exit code of a command means. A command about a job ends with the job's fate.
 *
 * @see docs/reference/exit-codes.md
 */
export const EXIT = {
  /** Done; for a job: every task settled with exit code 0 and was verified. */
  ok: 0,
  /** The program failed in at least one task: exit code, trap or a limit. Settled and paid. */
  failed: 1,
  /** A bad flag, file, manifest or selector; nothing was bought. */
  usage: 2,
  /** No deal: no offer fits, the price is above the limit, or money is missing. */
  noDeal: 3,
  /** The deal ran out of time; what was not settled was given back. */
  expired: 4,
  /** The cloud or one of its services does not answer. */
  unreachable: 5,
  /** Bytes that do not match the digest on chain. */
  unverified: 6,
  /** An error that none of the others names. */
  internal: 7,
  /** Interrupted; a job that was bought goes on. */
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const EXIT_OF_CODE: Record<string, ExitCode> = {
  INVALID_INPUT: EXIT.usage,
  BAD_USAGE: EXIT.usage,
  CALL_PLACES_NOTHING: EXIT.usage,
  REQUEST_UNSTEADY: EXIT.usage,
  NOTHING_WAITS: EXIT.usage,
  CLASS_AD_SYNTAX: EXIT.usage,
  CLASS_AD_TOO_LARGE: EXIT.usage,
  CLASS_AD_NOT_ON_CHAIN: EXIT.usage,
  FILE_NOT_READABLE: EXIT.usage,
  PROGRAM_REFUSED: EXIT.usage,
  UNKNOWN_APP: EXIT.usage,
  UNKNOWN_JOB: EXIT.usage,
  DETERMINISM_NEEDED: EXIT.usage,
  AMBIGUOUS_APP: EXIT.usage,
  CLASS_REFUTED: EXIT.usage,
  PORT_IN_USE: EXIT.usage,
  CLOUD_ALREADY_RUNNING: EXIT.usage,
  HOME_IN_USE: EXIT.usage,
  NO_OFFER_FITS: EXIT.noDeal,
  PRICE_ABOVE_LIMIT: EXIT.noDeal,
  REQUIREMENTS_NOT_MET: EXIT.noDeal,
  NOT_ENOUGH_MONEY: EXIT.noDeal,
  INSUFFICIENT_FREE: EXIT.noDeal,
  WRONG_STAGE: EXIT.noDeal,
  ORDER_EXPIRED: EXIT.expired,
  TOO_LATE: EXIT.expired,
  CLOUD_NOT_RUNNING: EXIT.unreachable,
  CLOUD_STARTING: EXIT.unreachable,
  SERVICE_UNREACHABLE: EXIT.unreachable,
  CHAIN_UNREACHABLE: EXIT.unreachable,
  RESULT_MISMATCH: EXIT.unverified,
  BLOB_CORRUPT: EXIT.unverified,
  SEALED_FILE_MISMATCH: EXIT.unverified,
  WRONG_CHUNK: EXIT.unverified,
  INTERRUPTED: EXIT.interrupted,
}

/** Exit code of a command that ended with this error. */
export function exitCodeOf(error: unknown): ExitCode {
  return (error instanceof BaseError && EXIT_OF_CODE[error.code]) || EXIT.internal
}
