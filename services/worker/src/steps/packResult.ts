import { createHash } from 'node:crypto'
import { hashResult, packResult as packArchive, summariseOutput } from '@millrace/protocol'
import { type Execution, isTrusted } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/** Turns what a run left into an archive kept here, and the digest that the worker will vote for. */
export async function packResult(
  { activities, results, store, cheat }: StepContext,
  execution: Execution,
): Promise<void> {
  const { taskId } = execution
  const { output } = activities.of(taskId)
  if (output === undefined) {
    store.patch(taskId, 'ran', { status: 'assigned' })
    return
  }
  const honest = hashResult(taskId, summariseOutput(output, sha256))
  await results.keep(taskId, packArchive(output), { briefly: isTrusted(execution) })
  const digest = cheat?.digest?.(taskId, honest) ?? honest
  activities.finish(taskId)
  store.patch(taskId, 'ran', { status: 'packed', digest })
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
