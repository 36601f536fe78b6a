import { type Clock, type Hex32, type Logger, mapLimit } from '@millrace/base'
import type { Database } from '@millrace/database'
import { type BlobStore, contentToCid } from '@millrace/storage'
import { type Location, readLocationsBlock } from './locationsBlock.ts'
import { readMissingLocations, writeLocations } from './locationTables.ts'

export type LocationKeeperDeps = {
  database: Database
  blobs: Pick<BlobStore, 'getBytes'>
  clock: Clock
  log: Logger
  signal: AbortSignal
  /** Called when the places of some results became known. */
  onFound(): void
}

export type LocationKeeper = {
  /** A batch was settled: look now. */
  wake(): void
  closed: Promise<void>
}

const RAW_CODEC = 0x55
const MAX_BLOCK_BYTES = 1024 * 1024
const FETCHES_AT_ONCE = 4
const FIRST_RETRY_MS = 200
const LAST_RETRY_MS = 10 * 60_000
const IDLE_MS = 5000

/**
 * Reads the locations block of every settled batch from storage and keeps what it says. The store
 * checks the bytes against the content id, which is made from the digest on chain, so nobody can slip
 * in another list. What is not there yet is asked for again, ever more rarely, for as long as it takes.
 */
export function keepLocations(deps: LocationKeeperDeps): LocationKeeper {
  const { clock, log, signal } = deps
  const attempts = new Map<Hex32, { failures: number; nextAtMs: number }>()
  let woken = false
  let wakeUp = new AbortController()
  const wake = () => {
    woken = true
    wakeUp.abort()
  }

  const fetchOne = async (digest: Hex32): Promise<void> => {
    try {
      const locations = await fetchLocations(deps, digest)
      if (locations === undefined) log.warn('locations block is malformed', { digest })
      await writeLocations(deps.database, { digest, locations })
      attempts.delete(digest)
      deps.onFound()
    } catch (error) {
      signal.throwIfAborted()
      const failures = (attempts.get(digest)?.failures ?? 0) + 1
      const pauseMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1))
      attempts.set(digest, { failures, nextAtMs: clock.nowMs() + pauseMs })
      log.debug('locations block not read', { digest, failures, reason: `${error}` })
    }
  }

  const lookOnce = async (): Promise<number> => {
    const missing = await readMissingLocations(deps.database)
    const isDue = (digest: Hex32) => (attempts.get(digest)?.nextAtMs ?? 0) <= clock.nowMs()
    await mapLimit(missing.filter(isDue), FETCHES_AT_ONCE, fetchOne)
    const nextAtMs = missing.map(
      (digest) => attempts.get(digest)?.nextAtMs ?? Number.POSITIVE_INFINITY,
    )
    return Math.max(10, Math.min(IDLE_MS, Math.min(...nextAtMs) - clock.nowMs()))
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      woken = false
      const pauseMs = await lookOnce().catch((error) => {
        log.debug('locations not looked for', { reason: `${error}` })
        return IDLE_MS
      })
      if (woken || signal.aborted) continue
      wakeUp = new AbortController()
      await clock.sleep(pauseMs, AbortSignal.any([signal, wakeUp.signal])).catch(() => {})
    }
  }
  return { wake, closed: run() }
}

async function fetchLocations(
  { blobs, signal }: LocationKeeperDeps,
  digest: Hex32,
): Promise<Location[] | undefined> {
  const cid = contentToCid({ content: digest, codec: RAW_CODEC })
  return readLocationsBlock(await blobs.getBytes(cid, { maxBytes: MAX_BLOCK_BYTES, signal }))
}
