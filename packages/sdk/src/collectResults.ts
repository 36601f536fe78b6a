import { BaseError, mapLimit } from '@millrace/base'
import type { Client } from './client.ts'
import { fetchResult, type VerifiedResult } from './fetchResult.ts'
import type { SettledTask } from './settlements.ts'
import { type JobOutcome, type WatchedJob, type WatchOptions, watchJob } from './watchJob.ts'

/** A settled task with its checked bytes, or why they are not to be had. */
export type Collected =
  | { kind: 'verified'; task: SettledTask; result: VerifiedResult }
  | { kind: 'unverified'; task: SettledTask; error: BaseError }

export type CollectOptions = WatchOptions & {
  /** Most bytes of one result archive, see {@link maxArchiveBytes}. */
  maxBytes: number
  /** Downloads at the same time; default 16. */
  lanes?: number
  /** Called once per settled task, in no particular order; the job ends after the last one is done. */
  onResult: (result: Collected) => void | Promise<void>
}

/** Follows a job and downloads results while others are still being computed. */
export async function collectResults(
  client: Client,
  job: WatchedJob,
  { maxBytes, lanes = 16, onResult, onSettled, ...watching }: CollectOptions,
): Promise<JobOutcome> {
  const { signal } = watching
  const queue = createQueue<SettledTask>()
  const take = async (task: SettledTask): Promise<void> =>
    onResult(await collect(client, task, { maxBytes, signal }))
  const downloads = Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let task = await queue.take(); task !== undefined; task = await queue.take())
        await take(task)
    }),
  )
  downloads.catch(() => {})
  try {
    const outcome = await Promise.race([
      watchJob(client, job, {
        ...watching,
        onSettled: (tasks) => {
          onSettled?.(tasks)
          queue.put(tasks)
        },
      }),
      // Only an error of a download can win: the queue ends after the job.
      downloads.then(() => Promise.reject(new RangeError('downloads ended first'))),
    ])
    queue.end()
    await downloads
    return outcome
  } finally {
    queue.end()
  }
}

/** Downloads the results of tasks that have settled. */
export function fetchResults(
  client: Client,
  tasks: readonly SettledTask[],
  { maxBytes, lanes = 16, signal }: { maxBytes: number; lanes?: number; signal?: AbortSignal },
): Promise<Collected[]> {
  return mapLimit(tasks, lanes, (task) => collect(client, task, { maxBytes, signal }))
}

async function collect(
  client: Client,
  task: SettledTask,
  options: { maxBytes: number; signal?: AbortSignal | undefined },
): Promise<Collected> {
  try {
    return { kind: 'verified', task, result: await fetchResult(client, task, options) }
  } catch (error) {
    // One bad result must not hide the others; bugs and the caller's stop do end it all.
    if (options.signal?.aborted || !(error instanceof BaseError)) throw error
    return { kind: 'unverified', task, error }
  }
}

/** Items for several takers; `take` gives undefined once it has ended and is empty. */
function createQueue<T>() {
  const items: T[] = []
  const takers: ((item: T | undefined) => void)[] = []
  let ended = false
  return {
    put: (more: readonly T[]): void => {
      for (const item of more) {
        const taker = takers.shift()
        if (taker === undefined) items.push(item)
        else taker(item)
      }
    },
    take: (): Promise<T | undefined> => {
      const item = items.shift()
      if (item !== undefined || ended) return Promise.resolve(item)
      return new Promise((resolve) => takers.push(resolve))
    },
    end: (): void => {
      ended = true
      for (const taker of takers.splice(0)) taker(undefined)
    },
  }
}
