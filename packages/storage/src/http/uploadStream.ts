import type { Clock } from '@millrace/base'
import type { Cid } from '../blobStore.ts'
import { rawCid } from '../contentId.ts'
import { inLeaves, type LeafId, layOut } from '../dag/buildDag.ts'
import { BlobCorruptError } from '../errors.ts'
import { asUnavailable, readAnswer } from './request.ts'

export type UploadStreamOptions = {
  url: string
  fetch: typeof fetch
  /** The node must take something, or answer, within this time. */
  timeoutMs: number
  clock: Clock
  signal: AbortSignal | undefined
}

const MAX_ANSWER_BYTES = 64 << 10

/**
 * Sends a stream of any size and computes its id on the way, so the node is not believed which id it
 * stored. Cannot start again by itself: the stream is used up.
 */
export async function uploadStream(
  source: AsyncIterable<Uint8Array>,
  { url, fetch, timeoutMs, clock, signal }: UploadStreamOptions,
): Promise<{ cid: Cid; sizeBytes: number }> {
  const idle = watchIdle(clock, timeoutMs)
  const leaves: LeafId[] = []
  const end = new AbortController()
  let sourceError: unknown
  const body = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of inLeaves(source)) {
        // An aborted fetch goes on pulling its body; an endless source would never be let go.
        if (end.signal.aborted) return
        leaves.push({ cid: rawCid(bytes), length: bytes.length })
        yield bytes
        idle.touch()
      }
    } catch (error) {
      sourceError = error
      throw error
    }
  }
  try {
    const response = await fetch(`${url}/blobs`, {
      method: 'POST',
      body: ReadableStream.from(body()),
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream' },
      redirect: 'error',
      signal: signal === undefined ? idle.signal : AbortSignal.any([signal, idle.signal]),
    } as RequestInit)
    const answer = { url, cid: undefined, maxBytes: MAX_ANSWER_BYTES, method: 'POST' as const }
    const json = new TextDecoder().decode(await readAnswer(response, answer))
    const stored = (JSON.parse(json) as { cid: Cid }).cid
    const { cid, sizeBytes } = await layOut(leaves, () => {})
    return { cid: checkStored(stored, cid.toString(), url), sizeBytes }
  } catch (error) {
    signal?.throwIfAborted()
    throw sourceError ?? asUnavailable(error, url)
  } finally {
    end.abort()
    idle.stop()
  }
}

/** @throws {BlobCorruptError} when the node says that it stored something else. */
export function checkStored(stored: Cid | undefined, cid: Cid, url: string): Cid {
  if (stored === cid) return cid
  throw new BlobCorruptError({ cid, where: url, reason: `the node stored it as ${stored}` })
}

/** A signal that aborts when nobody has touched it for a while. */
function watchIdle(
  clock: Clock,
  timeoutMs: number,
): { signal: AbortSignal; touch(): void; stop(): void } {
  const idle = new AbortController()
  const end = new AbortController()
  let touchedMs = clock.nowMs()
  const watch = async (): Promise<void> => {
    for (let restMs = timeoutMs; restMs > 0; restMs = touchedMs + timeoutMs - clock.nowMs())
      await clock.sleep(restMs, end.signal)
    idle.abort(new DOMException('nothing was taken for too long', 'TimeoutError'))
  }
  watch().catch(() => {})
  return {
    signal: idle.signal,
    touch: () => {
      touchedMs = clock.nowMs()
    },
    stop: () => end.abort(),
  }
}
