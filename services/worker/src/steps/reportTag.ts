import { tagOf } from '@millrace/protocol'
import type { Execution } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/**
 * Sends equality tags: the pool learns which replicas agree, not on what. Due only when the pool's
 * receipt for the commitment has been checked and saved, and the pool has asked: by then every
 * replica is bound.
 */
export async function reportTag(
  { store, send }: StepContext,
  executions: readonly Execution[],
): Promise<void> {
  for (const { taskId } of executions) store.patch(taskId, 'receipted', { status: 'tagged' })
  await store.durable()
  const items = tagItems(executions)
  if (items.length > 0) send({ type: 'tags', items })
}

export function tagItems(executions: Iterable<Execution>) {
  return [...executions].flatMap(({ taskId, digest }) =>
    digest === undefined ? [] : [{ taskId, tag: tagOf(taskId, digest) }],
  )
}
