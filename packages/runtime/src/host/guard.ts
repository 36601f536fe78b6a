import type { Clock } from '@millrace/base'
import type { RunFailure, RunRequest } from '../runtime.ts'
import { totalBytes } from './inputs.ts'

/** What a guard must be able to do with a child. */
export type Guarded = { readonly pid: number | undefined; kill(reason: string): void }

export type Guard = {
  /** Why the child was killed, if it was this guard. */
  verdict: () => RunFailure | undefined
  stop: () => void
}

const WATCH_MS = 200
const MIB = 1 << 20
/** What a child needs beside the memory of its task. */
const BASE_BYTES = 768 * MIB

/**
 * Kills a child on abort, at the task's wall limit, and when it takes far more memory than its task
 * may. What programs do is bounded inside; this is for compilers and bugs.
 */
export function guardTask({
  child,
  request,
  signal,
  clock,
  residentMemory,
}: {
  child: Guarded
  request: RunRequest
  signal: AbortSignal | undefined
  clock: Clock
  residentMemory: (pid: number) => Promise<number>
}): Guard {
  const done = new AbortController()
  let verdict: RunFailure | undefined
  const end = (reason: RunFailure['reason'], message: string) => {
    if (done.signal.aborted) return
    verdict ??= { kind: 'failure', reason, message }
    child.kill(message)
  }
  const cancel = () => end('cancelled', 'cancelled while it ran')
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  const { wallMs } = request.limits
  clock.sleep(wallMs, done.signal).then(
    () => end('timeout', `no result within ${wallMs} ms`),
    () => {},
  )
  const watch = async (): Promise<void> => {
    const most = memoryBound(request)
    while (!done.signal.aborted && child.pid !== undefined) {
      await clock.sleep(WATCH_MS, done.signal)
      const bytes = await residentMemory(child.pid)
      if (bytes > most) end('host-error', `the child took ${bytes} bytes of memory, not ${most}`)
    }
  }
  watch().catch(() => {})
  return {
    verdict: () => verdict,
    stop: () => {
      signal?.removeEventListener('abort', cancel)
      done.abort()
    },
  }
}

/** File contents may be held twice while a file grows or is sent. */
function memoryBound({ limits, inputs }: RunRequest): number {
  return (
    BASE_BYTES +
    limits.memoryMiB * MIB +
    3 * limits.diskBytes +
    2 * limits.stdoutBytes +
    2 * totalBytes(inputs)
  )
}
