import type { TaskId } from '@millrace/base'
import { ResultLostError } from '../errors.ts'
import { type Execution, isTrusted } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/** The store takes blobs of up to this size many at a time. */
const MANY_BYTES = 1024 * 1024
/** Bytes of one request. */
const GROUP_BYTES = 8 * 1024 * 1024

/**
 * Puts result archives into storage and tells where they lie: with the digest at trust 0, else for
 * revealed batches only. The same archive has the same id, so doing it twice is harmless.
 */
export async function publishResult(
  context: StepContext,
  executions: readonly Execution[],
): Promise<void> {
  for (const group of await groupsOf(context, executions)) await publishGroup(context, group)
}

type Kept = { execution: Execution; archive: Uint8Array }

async function publishGroup(context: StepContext, group: Kept[]): Promise<void> {
  const { storage, store, results: kept, signal, send } = context
  const cids = await putAll(
    { storage, signal },
    group.map(({ archive }) => archive),
  )
  const published: { taskId: TaskId; cid: string }[] = []
  const results: { taskId: TaskId; cid: string; digest: NonNullable<Execution['digest']> }[] = []
  group.forEach(({ execution }, i) => {
    const { taskId, digest } = execution
    const cid = cids[i]
    if (cid === undefined || digest === undefined) return
    if (isTrusted(execution)) {
      store.patch(taskId, 'packed', { status: 'reported', cid })
      results.push({ taskId, digest, cid })
    } else {
      store.patch(taskId, 'revealed', { status: 'published', cid })
      published.push({ taskId, cid })
    }
  })
  if (results.length > 0) send({ type: 'results', items: results })
  // Storage has them for good, and nobody will ask here again.
  for (const { taskId } of results) await kept.drop(taskId)
  if (published.length > 0) send({ type: 'published', items: published })
}

async function putAll(
  { storage, signal }: Pick<StepContext, 'storage' | 'signal'>,
  archives: Uint8Array[],
): Promise<string[]> {
  const [first] = archives
  if (first !== undefined && first.length > MANY_BYTES)
    return [(await storage.put(first, { signal })).cid]
  return storage.putMany(archives, { signal })
}

/** Small archives together up to a request's size, each large one alone. */
async function groupsOf(context: StepContext, executions: readonly Execution[]) {
  const groups: Kept[][] = []
  let open: Kept[] = []
  let openBytes = 0
  for (const execution of executions) {
    const archive = await readKept(context, execution)
    if (archive === undefined) continue
    if (archive.length > MANY_BYTES) {
      groups.push([{ execution, archive }])
      continue
    }
    if (openBytes + archive.length > GROUP_BYTES) {
      groups.push(open)
      open = []
      openBytes = 0
    }
    open.push({ execution, archive })
    openBytes += archive.length
  }
  return open.length > 0 ? [...groups, open] : groups
}

/** A lost archive costs its own task only: the pool names another publisher. */
async function readKept(
  { results, store }: StepContext,
  { taskId, status }: Execution,
): Promise<Uint8Array | undefined> {
  try {
    return await results.read(taskId)
  } catch (error) {
    if (!(error instanceof ResultLostError)) throw error
    const { code, message } = error
    store.patch(taskId, status, { status: 'failed', failure: { code, message } })
    return undefined
  }
}
