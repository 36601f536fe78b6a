import type { Hex32, TaskId } from '@millrace/base'
import { commitmentOf } from '@millrace/protocol'
import type { Execution } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/**
 * Binds the worker to its digests under the batch of the moment.
 *
 * 1. The commitments are saved and on disk.
 * 2. They are sent. A kill in between: they are sent again when a session opens.
 *
 * Under a nonce that this worker has sealed it commits nothing more: its seed may be known by then.
 * Such a task waits for the pool's `recommit`.
 */
export async function commitTask(
  context: StepContext,
  executions: readonly Execution[],
): Promise<void> {
  const { store } = context
  const items = executions.flatMap((execution) => {
    const { taskId, nonce } = execution
    if (store.getBatch(nonce) !== undefined) return []
    const commitment = commitmentTo(context, execution)
    store.patch(taskId, 'packed', { status: 'committed', commitment })
    return commitment === undefined ? [] : [{ taskId, nonce, commitment }]
  })
  if (items.length === 0) return
  await store.durable()
  context.send({ type: 'commitments', items })
}

function commitmentTo(
  { worker, seeds, cheat }: StepContext,
  { taskId, nonce, digest }: Execution,
): Hex32 | undefined {
  if (digest === undefined) return undefined
  const honest = commitmentOf({ taskId, worker, digest, seed: seeds(nonce) })
  return cheat?.commitment?.(taskId, honest) ?? honest
}

/** Items of a commitments message for executions that are bound already. */
export function committedItems(
  executions: Iterable<Execution>,
): { taskId: TaskId; nonce: bigint; commitment: Hex32 }[] {
  return [...executions].flatMap(({ taskId, nonce, commitment }) =>
    commitment === undefined ? [] : [{ taskId, nonce, commitment }],
  )
}
