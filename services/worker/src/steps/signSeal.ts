import { nowSec, type TaskId, type UnixSeconds, unixSeconds } from '@millrace/base'
import { headOf, sealTypedData } from '@millrace/protocol'
import type { Execution, SealedBatch } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'
import { committedItems } from './commitTask.ts'

/**
 * Signs the chained hash of the worker's own commitments of a batch. One head per nonce, ever: it
 * was compared with what this worker did and saved when the pool asked ({@link requestSeal}).
 *
 * 1. Head and signature are saved and on disk.
 * 2. The seal is sent. A kill in between: the same signature is sent again.
 */
export async function signSeal(context: StepContext, batch: SealedBatch): Promise<void> {
  const { store, config, account, domain } = context
  const { nonce, head, commitBy } = batch
  if (head === undefined) return
  const data = sealTypedData({ pool: config.pool, nonce }, { head, commitBy }, domain)
  const signature = await account.signTypedData(data)
  store.putBatch({ ...batch, status: 'sealed', signature })
  for (const { taskId } of batch.tasks) {
    if (store.get(taskId)?.nonce === nonce)
      store.patch(taskId, ['committed', 'receipted', 'tagged'], { status: 'sealed' })
  }
  await store.durable()
  context.send({ type: 'seal', nonce, head, commitBy, signature })
}

export type SealRefusal = { reason: string; taskIds: readonly TaskId[] }

/**
 * Opens the batch that a pool asks to seal, if the list is work that this worker committed under its
 * nonce and no other list was opened for that nonce before.
 *
 * @returns The batch, or why it must not be signed and for which tasks.
 */
export function requestSeal(
  { store, clock, deals }: Pick<StepContext, 'store' | 'clock' | 'deals'>,
  { nonce, tasks }: { nonce: bigint; tasks: readonly TaskId[] },
): SealedBatch | SealRefusal {
  if (tasks.length === 0) return { reason: 'it is empty', taskIds: [] }
  if (new Set(tasks).size !== tasks.length) return { reason: 'a task is in it twice', taskIds: [] }
  const before = store.getBatch(nonce)
  if (before !== undefined) {
    const same = before.tasks.map(({ taskId }) => taskId).join() === tasks.join()
    return same ? before : { reason: 'another list is sealed under its nonce', taskIds: [] }
  }
  if (nonce <= BigInt(store.getMeta('prunedNonce') ?? '-1'))
    return { reason: 'its nonce is long over', taskIds: [] }
  const executions = tasks.map((taskId) => store.get(taskId))
  const isMine = (i: number) => executions[i]?.nonce === nonce && executions[i]?.commitment
  const foreign = tasks.filter((_, i) => !isMine(i))
  if (foreign.length > 0)
    return { reason: 'it names tasks not committed here under its nonce', taskIds: foreign }
  const held = executions.filter((execution) => execution !== undefined)
  const batch: SealedBatch = {
    nonce,
    status: 'requested',
    tasks: held.flatMap(({ taskId, dealId, index, digest }) =>
      digest ? [{ taskId, dealId, index, digest }] : [],
    ),
    head: headOf(committedItems(held)),
    commitBy: firstEnd(deals, held),
    signature: undefined,
    anchor: undefined,
    sealedAtSec: nowSec(clock),
    isForced: false,
    isOver: false,
  }
  store.putBatch(batch)
  return batch
}

/** When the first of the deals ends; long ago if this worker lacks the terms of one. */
function firstEnd(deals: StepContext['deals'], held: readonly Execution[]): UnixSeconds {
  const ends = held.map(({ dealId }) => deals.terms(dealId)?.expiresAt ?? 0)
  return unixSeconds(Math.min(...ends))
}
