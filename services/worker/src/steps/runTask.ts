import { seedOfTask } from '@millrace/protocol'
import { taskOf } from '../deals.ts'
import { RunFailedError } from '../errors.ts'
import type { Execution } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/**
 * Runs the program in a free slot. Whatever the program does is a result; only the machine can fail.
 *
 * @throws {RunFailedError} `RUN_TIMEOUT`, `RUN_CANCELLED`, `RUN_HOST_ERROR`
 */
export async function runTask(
  { deals, runtime, slots, activities, store, log, clock }: StepContext,
  { taskId, dealId, index }: Execution,
): Promise<void> {
  const activity = activities.of(taskId)
  const deal = await deals.load(dealId)
  const task = taskOf(deal, index)
  if (activity.inputs === undefined || task === undefined) {
    store.patch(taskId, 'ready', { status: 'assigned' })
    return
  }
  const giveBack = await slots.take(deal.limits.memoryMiB, activity.signal)
  const startedMs = clock.nowMs()
  try {
    const output = await runtime.run(
      deal.program,
      {
        args: task.args,
        seed: seedOfTask(deal.terms.bag, task.bagIndex),
        inputs: activity.inputs,
        limits: deal.limits,
      },
      { group: dealId, signal: activity.signal },
    )
    if (output.kind === 'failure') throw new RunFailedError(output)
    activity.output = output
    log.debug('task ran', { taskId, status: output.status, tookMs: clock.nowMs() - startedMs })
  } finally {
    giveBack()
    activity.release()
    delete activity.inputs
  }
  store.patch(taskId, 'ready', { status: 'ran' })
}
