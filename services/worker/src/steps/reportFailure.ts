import type { Execution } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'
import { forget } from './forget.ts'

/** Tells the pool which tasks have no result here, and why; it gives them to others. */
export async function reportFailure(
  context: StepContext,
  executions: readonly Execution[],
): Promise<void> {
  // While offline they stay, and are told first thing in the next session.
  if (!context.isOnline()) return
  const items = executions.flatMap(({ taskId, failure }) =>
    failure ? [{ taskId, ...failure }] : [],
  )
  if (items.length > 0) context.send({ type: 'failed', items })
  await forget(context, executions)
}
