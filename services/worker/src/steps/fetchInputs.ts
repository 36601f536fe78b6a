import { mapLimit } from '@millrace/base'
import type { Activity } from '../activities.ts'
import { type Deal, taskOf } from '../deals.ts'
import { AssignmentRefusedError, InputUnavailableError } from '../errors.ts'
import type { Execution } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/** Downloads side by side for one task. */
const PARALLEL = 4

/**
 * Brings a task's inputs into the cache and holds them there, for as many tasks as the worker
 * prepares ahead.
 *
 * @throws {InputUnavailableError} `INPUT_UNAVAILABLE`
 */
export async function fetchInputs(
  { deals, inputs, ahead, activities, store, config }: StepContext,
  { taskId, dealId, index }: Execution,
): Promise<void> {
  const activity = activities.of(taskId)
  const deal = await deals.load(dealId)
  const task = taskOf(deal, index)
  if (task === undefined)
    throw new AssignmentRefusedError({ taskId, reason: 'it has no bag entry' })
  activity.onRelease(await ahead.take(0, activity.signal))
  try {
    activity.inputs = await mapLimit(wantedFiles(deal, task.inputs, config), PARALLEL, (file) =>
      hold(inputs, activity, file),
    )
  } catch (error) {
    activity.release()
    throw error
  }
  store.patch(taskId, 'assigned', { status: 'ready' })
}

type Wanted = { path: string; cid: string; sizeBytes: number | undefined; maxBytes: number }

function wantedFiles(
  { dataset }: Deal,
  files: readonly { path: string; cid: string; sizeBytes: number }[],
  { diskMiB }: { diskMiB: number },
): Wanted[] {
  const wanted: Wanted[] = files.map((file) => ({ ...file, maxBytes: file.sizeBytes }))
  if (dataset !== undefined)
    wanted.push({
      path: 'dataset',
      cid: dataset.cid,
      sizeBytes: undefined,
      maxBytes: diskMiB * 1024 * 1024,
    })
  return wanted
}

async function hold(inputs: StepContext['inputs'], activity: Activity, file: Wanted) {
  const { path, cid, sizeBytes, maxBytes } = file
  const lease = await inputs.open({ cid, what: 'input', maxBytes, signal: activity.signal })
  activity.onRelease(lease.release)
  if (sizeBytes !== undefined && lease.sizeBytes !== sizeBytes)
    throw new InputUnavailableError({ cid, what: `input ${path} of ${sizeBytes} bytes` })
  return { path, source: lease.source }
}
