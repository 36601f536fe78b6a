import { mapLimit } from '@millrace/base'
import type { Execution } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/** Drops executions that are over, with their archives. Seals and receipts stay until they age out. */
export async function forget(
  { activities, results, store }: StepContext,
  executions: readonly Execution[],
): Promise<void> {
  await mapLimit(executions, 8, async ({ taskId }) => {
    activities.end(taskId, 'over')
    await results.drop(taskId)
    store.remove(taskId)
  })
}
