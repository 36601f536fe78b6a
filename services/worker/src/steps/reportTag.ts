import { nowSec } from '@millrace/base'
import { tagOf } from '@millrace/protocol'
import type { Execution } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/** A pool that could wait for the end of a receipt would leave out who disagrees. */
const LEAST_COVER_SEC = 20

/**
 * Sends equality tags: the pool learns which replicas agree, not on what. Due only when the pool's
 * receipt for the commitment has been checked and saved, and the pool has asked: by then every
 * replica is bound.
 */
export async function reportTag(
  { store, send, clock, log }: StepContext,
  executions: readonly Execution[],
): Promise<void> {
  const leastUntil = nowSec(clock) + LEAST_COVER_SEC
  const covered = executions.filter(({ receiptUntil = 0 }) => receiptUntil >= leastUntil)
  for (const execution of executions)
    if (covered.includes(execution))
      store.patch(execution.taskId, 'receipted', { status: 'tagged' })
    else store.patch(execution.taskId, 'receipted', { tagWanted: false })
  if (covered.length < executions.length)
    log.warn('receipts end too soon to send tags', { tasks: executions.length - covered.length })
  await store.durable()
  const items = tagItems(covered)
  if (items.length > 0) send({ type: 'tags', items })
}

export function tagItems(executions: Iterable<Execution>) {
  return [...executions].flatMap(({ taskId, digest }) =>
    digest === undefined ? [] : [{ taskId, tag: tagOf(taskId, digest) }],
  )
}
