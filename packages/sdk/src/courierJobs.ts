import { type Clock, type Logger, nowSec, type Seconds, seconds } from '@millrace/base'

/** Something that is still to be done, and when to try again. */
export type Job<T> = {
  what: T
  /** In which it came up. */
  block: number
  tryAt: number
  failures: number
  /** Of the failures in a row; undefined while there are none. */
  failingSince: number | undefined
}

export type JobRules = {
  clock: Clock
  /** How long something that fails is tried again, from its first failure in a row on. */
  patienceSec: Seconds
  /** What fails waits twice as long each time, up to this. */
  longestPauseSec: Seconds
  log: Logger
  signal: AbortSignal
}

const FIRST_PAUSE_SEC = seconds(2)

export function newJob<T>(what: T, block: number): Job<T> {
  return { what, block, tryAt: 0, failures: 0, failingSince: undefined }
}

/** Acts on every job whose time it is; forgets those of which `act` says that nothing is left to do. */
export async function doEach<T>(
  jobs: Map<string, Job<T>>,
  rules: JobRules,
  act: (job: Job<T>) => Promise<boolean>,
): Promise<void> {
  for (const [key, job] of jobs) if (await attempt(job, rules, act)) jobs.delete(key)
}

/** Takes all steps, whatever becomes of each. @throws what the first that failed has thrown */
export async function takeAll(
  steps: readonly (() => Promise<void>)[],
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      signal.throwIfAborted()
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

async function attempt<T>(
  job: Job<T>,
  { clock, patienceSec, longestPauseSec, log, signal }: JobRules,
  act: (job: Job<T>) => Promise<boolean>,
): Promise<boolean> {
  const now = nowSec(clock)
  if (now < job.tryAt) return false
  try {
    const isDone = await act(job)
    job.failures = 0
    job.failingSince = undefined
    return isDone
  } catch (error) {
    signal.throwIfAborted()
    job.failingSince ??= now
    if (now - job.failingSince > patienceSec) {
      log.error('courier gives up', { error: String(error) })
      return true
    }
    const pauseSec = Math.min(FIRST_PAUSE_SEC * 2 ** job.failures++, longestPauseSec)
    job.tryAt = nowSec(clock) + pauseSec
    log.warn('courier tries again', { error: String(error), pauseSec })
    return false
  }
}
