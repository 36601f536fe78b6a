import type { Clock } from '@millrace/base'
import type { Cid } from '../blobStore.ts'
import { type BuiltDag, buildDag } from '../dag/buildDag.ts'
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
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  writer.closed.catch(() => {})
  const idle = watchIdle(clock, timeoutMs)
  const send = async (): Promise<Cid> => {
    const response = await fetch(`${url}/blobs`, {
      method: 'POST',
      body: readable,
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream' },
      redirect: 'error',
      signal: signal === undefined ? idle.signal : AbortSignal.any([signal, idle.signal]),
    } as RequestInit)
    const answer = { url, cid: undefined, maxBytes: MAX_ANSWER_BYTES, method: 'POST' as const }
    const body = await readAnswer(response, answer)
    return (JSON.parse(new TextDecoder().decode(body)) as { cid: Cid }).cid
  }
  const build = async (): Promise<BuiltDag> => {
    const leaf = async ({ bytes }: { bytes: Uint8Array }): Promise<void> => {
      await writer.write(bytes)
      idle.touch()
    }
    const dag = await buildDag(source, { leaf, node: () => {} }, signal)
    await writer.close()
    return dag
  }
  const both = [send(), build()] as const
  try {
    const [stored, dag] = await Promise.all(both)
    return { cid: checkStored(stored, dag.cid.toString(), url), sizeBytes: dag.sizeBytes }
  } catch (error) {
    // One half failed: end the other, and leave nothing running behind the caller.
    idle.stop()
    await writer.abort(error).catch(() => {})
    await Promise.allSettled(both)
    signal?.throwIfAborted()
    throw asUnavailable(error, url)
  } finally {
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
