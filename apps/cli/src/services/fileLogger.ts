import { renameSync, statSync } from 'node:fs'
import type { LogFields, Logger } from '@millrace/base'
import { type Logger as Pino, pino } from 'pino'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

const MAX_LOG_BYTES = 20 * 1024 * 1024

/**
 * JSON lines in a file. Lines are written before the call returns, so the last words of a crash are
 * there. A file over 20 MiB is moved aside at the start, one generation deep.
 */
export function createFileLogger(path: string, level: LogLevel, fields: LogFields): Logger {
  rotate(path)
  const destination = pino.destination({ dest: path, sync: true, mkdir: true })
  return wrap(pino({ level, base: fields, timestamp: pino.stdTimeFunctions.isoTime }, destination))
}

function rotate(path: string): void {
  try {
    if (statSync(path).size > MAX_LOG_BYTES) renameSync(path, `${path}.1`)
  } catch {
    // No file yet.
  }
}

function wrap(log: Pino): Logger {
  return {
    error: (message, fields) => log.error(withErrors(fields), message),
    warn: (message, fields) => log.warn(withErrors(fields), message),
    info: (message, fields) => log.info(withErrors(fields), message),
    debug: (message, fields) => log.debug(withErrors(fields), message),
    child: (fields) => wrap(log.child(fields)),
  }
}

/** Errors as text with their causes, bigints as decimals: neither has a JSON form of its own. */
function withErrors(fields: LogFields = {}): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value instanceof Error) return [name, describe(value)]
      return [name, typeof value === 'bigint' ? value.toString() : value]
    }),
  )
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${describe(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
