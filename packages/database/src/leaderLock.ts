import { createHash } from 'node:crypto'
import { type Clock, every, systemClock } from '@millrace/base'
import type { Database, HeldConnection } from './sql.ts'

/** Proof of being the only holder of a key, until `lost` aborts. */
export type LeaderLock = {
  /** Aborts when the lock is gone: stop leading at once. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

const PING_MS = 2_000
const PING_PATIENCE_MS = 5_000

/**
 * Takes the lock of `key` when nobody has it. It lasts as long as its connection: a leader that
 * dies, or a server that restarts, frees it.
 *
 * @returns undefined when another process leads.
 * @throws {DatabaseUnavailableError} `DATABASE_UNAVAILABLE`
 */
export async function tryLeaderLock(
  database: Database,
  key: string,
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<LeaderLock | undefined> {
  const held = await database.hold()
  try {
    const [row] = await held.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1) as locked',
      [lockNumber(`${database.schema} ${key}`)],
    )
    if (row?.locked !== true) {
      held.release()
      return undefined
    }
  } catch (error) {
    held.release()
    throw error
  }
  return watch(held, clock)
}

/** A dead network shows only when one speaks, so it asks the server from time to time. */
function watch(held: HeldConnection, clock: Clock): LeaderLock {
  const lost = new AbortController()
  const end = new AbortController()
  const lose = (): void => {
    end.abort()
    lost.abort()
    held.release()
  }
  held.lost.addEventListener('abort', lose, { once: true })
  if (held.lost.aborted) lose()
  void every({ clock, signal: end.signal, periodMs: PING_MS, onError: lose }, () =>
    ping(held, clock),
  )
  return {
    lost: lost.signal,
    release: async () => {
      held.lost.removeEventListener('abort', lose)
      end.abort()
      // Without this the key would be free only when the server has noticed the closed connection.
      await held.query('select pg_advisory_unlock_all()').catch(() => {})
      held.release()
    },
  }
}

async function ping(held: HeldConnection, clock: Clock): Promise<void> {
  const done = new AbortController()
  const late = clock.sleep(PING_PATIENCE_MS, done.signal).then(
    () => Promise.reject(new RangeError('no answer to a ping')),
    () => {},
  )
  try {
    await Promise.race([held.query('select 1'), late])
  } finally {
    done.abort()
  }
}

/** PostgreSQL names advisory locks by 64-bit numbers. */
function lockNumber(key: string): bigint {
  return createHash('sha256').update(key).digest().readBigInt64BE()
}
