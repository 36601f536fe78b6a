import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { type Clock, type Hex32, isRetryable, type Logger, retry } from '@millrace/base'
import type { BlobStore, Cid } from '@millrace/storage'
import { DiskLimitError, InputUnavailableError } from './errors.ts'
import { createInputShelf, type InputShelf, type ShelfEntry } from './inputShelf.ts'
import type { StoredInput, WorkerStore } from './store/workerStore.ts'

/** An input held in the cache; it stays on disk until released. */
type InputLease = {
  sizeBytes: number
  /** The bytes when small, else the path of a file that must not be changed. */
  source: Uint8Array | { hostPath: string; sizeBytes: number }
  release(): void
}

type InputRequest = {
  cid: Cid
  /** What it is, for errors: `input`, `program`, `bag`. */
  what: string
  maxBytes: number
  signal?: AbortSignal
}

/**
 * Blobs by content id in a folder with a quota; those not used for longest go first, those in use
 * never. Bytes are verified when they are fetched, and again at their first use after a start:
 * a disk that lies would cost the worker its bond.
 */
export type InputCache = {
  /** @throws {InputUnavailableError} {@link DiskLimitError} */
  open(request: InputRequest): Promise<InputLease>
  /** @throws {InputUnavailableError} {@link DiskLimitError} */
  bytes(request: InputRequest): Promise<Uint8Array>
  usedBytes(): number
}

type Deps = {
  storage: BlobStore
  store: WorkerStore
  clock: Clock
  log: Logger
  signal: AbortSignal
}

const SMALL_BYTES = 64 * 1024
const MAX_DENIALS = 6
const MAX_SILENCE_MS = 120_000

export function createInputCache(
  deps: Deps,
  options: { dir: string; quotaBytes: () => number },
): InputCache {
  const shelf = createInputShelf(deps, options)
  const finding = new Map<Cid, Promise<ShelfEntry>>()

  const hold = async (request: InputRequest): Promise<{ entry: ShelfEntry; release(): void }> => {
    const { cid, what, maxBytes } = request
    let found = finding.get(cid)
    if (found === undefined) {
      found = find(deps, { ...request, shelf }).finally(() => finding.delete(cid))
      finding.set(cid, found)
    }
    const entry = await untilAborted(found, request.signal)
    // Evicted before it could be held: fetched again.
    if (shelf.get(cid) !== entry) return hold(request)
    if (entry.sizeBytes > maxBytes)
      throw new InputUnavailableError({ cid, what: `${what} of at most ${maxBytes} bytes` })
    entry.users++
    shelf.touch(entry, deps.clock.nowMs())
    let held = true
    const release = () => {
      if (held) entry.users--
      held = false
    }
    return { entry, release }
  }

  return {
    usedBytes: shelf.usedBytes,
    async open(request) {
      const { entry, release } = await hold(request)
      const { sizeBytes } = entry
      const hostPath = shelf.pathOf(request.cid)
      if (sizeBytes > SMALL_BYTES) return { sizeBytes, source: { hostPath, sizeBytes }, release }
      try {
        const bytes = entry.bytes ?? (await readFile(hostPath))
        shelf.remember(entry, bytes)
        return { sizeBytes, source: bytes, release }
      } catch (error) {
        release()
        throw error
      }
    },
    async bytes(request) {
      const { release } = await hold(request)
      try {
        return await readFile(shelf.pathOf(request.cid))
      } finally {
        release()
      }
    },
  }
}

type Find = InputRequest & { shelf: InputShelf }

async function find(deps: Deps, request: Find): Promise<ShelfEntry> {
  const { cid, shelf } = request
  const entry = shelf.get(cid)
  if (entry !== undefined) {
    entry.verified ||= await isIntact(shelf.pathOf(cid), entry)
    if (entry.verified) return entry
    deps.log.warn('cached input damaged', { cid })
    await shelf.drop(entry)
  }
  const fetched = await download(deps, request)
  const usedAtMs = deps.clock.nowMs()
  const added = { cid, ...fetched, usedAtMs, users: 0, verified: true, bytes: undefined }
  shelf.add(added)
  return added
}

/** Fetches a blob into the folder. A broken connection goes on from where it stopped. */
async function download(
  { storage, clock, signal }: Deps,
  { cid, what, maxBytes, shelf }: Find,
): Promise<{ sizeBytes: number; sha256: Hex32 }> {
  const part = `${shelf.pathOf(cid)}.part`
  const file = await open(part, 'w')
  const hash = createHash('sha256')
  let sizeBytes = 0
  const readOn = async (): Promise<void> => {
    for await (const chunk of storage.read(cid, { offset: sizeBytes, signal })) {
      if (sizeBytes + chunk.length > maxBytes)
        throw new InputUnavailableError({ cid, what: `${what} of at most ${maxBytes} bytes` })
      await shelf.reserve(chunk.length)
      sizeBytes += chunk.length
      hash.update(chunk)
      await file.writeFile(chunk)
    }
  }
  try {
    await retry(readOn, { clock, ...patience(clock), signal })
    await file.sync()
    await rename(part, shelf.pathOf(cid))
  } catch (error) {
    shelf.unreserve(sizeBytes)
    await rm(part, { force: true })
    if (error instanceof InputUnavailableError || error instanceof DiskLimitError) throw error
    throw new InputUnavailableError({ cid, what, cause: error })
  } finally {
    await file.close()
  }
  return { sizeBytes, sha256: `0x${hash.digest('hex')}` as Hex32 }
}

/**
 * A store that does not answer is waited for: its silence says nothing about the blob. One that
 * answers without it is asked a few times more, since the blob may still be on its way.
 */
function patience(clock: Clock) {
  const giveUpAtMs = clock.nowMs() + MAX_SILENCE_MS
  let denials = 0
  const when = (error: unknown): boolean => {
    if (error instanceof InputUnavailableError || error instanceof DiskLimitError) return false
    return isRetryable(error) ? clock.nowMs() < giveUpAtMs : ++denials < MAX_DENIALS
  }
  return { attempts: Number.POSITIVE_INFINITY, firstDelayMs: 25, maxDelayMs: 1000, when }
}

async function isIntact(path: string, { sha256 }: StoredInput): Promise<boolean> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  } catch {
    return false
  }
  return `0x${hash.digest('hex')}` === sha256
}

/** Others may still want what is being fetched, so only this caller stops waiting. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
