import type { TaskId } from '@millrace/base'
import type { WorkerMessage } from '@millrace/wire'
import type { Execution, ExecutionStatus } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'
import { committedItems } from '../steps/commitTask.ts'
import { tagItems } from '../steps/reportTag.ts'
import { sendReveal } from '../steps/revealBatch.ts'

/**
 * What opens every session: what the worker offers and still holds, then once more all it has said
 * that the pool has not answered. The pool takes each of them any number of times.
 */
export function resume(
  context: StepContext,
  { advertise, wake }: { advertise: WorkerMessage; wake: (taskId: TaskId) => void },
): void {
  const { store, send } = context
  const all = [...store.executions()]
  send(advertise)
  const inStatus = (status: ExecutionStatus) => all.filter((one) => one.status === status)

  const commitments = committedItems(inStatus('committed'))
  if (commitments.length > 0) send({ type: 'commitments', items: commitments })
  const tags = tagItems(inStatus('tagged'))
  if (tags.length > 0) send({ type: 'tags', items: tags })
  resendBatches(context)
  resendLocations(context, { published: inStatus('published'), reported: inStatus('reported') })
  // Failures wait for a session; and a step may have been waiting when the last one ended.
  for (const { taskId } of all) wake(taskId)
}

function resendBatches(context: StepContext): void {
  const { store, send } = context
  for (const batch of store.batches()) {
    const { nonce, status, head, commitBy, signature, tasks } = batch
    if (!tasks.some(({ taskId }) => store.get(taskId) !== undefined)) continue
    if (head !== undefined && signature !== undefined && status !== 'revealed')
      send({ type: 'seal', nonce, head, commitBy, signature })
    if (status === 'revealed') sendReveal(context, batch)
  }
}

function resendLocations(
  { send }: StepContext,
  { published, reported }: { published: Execution[]; reported: Execution[] },
): void {
  const locations = published.flatMap(({ taskId, cid }) => (cid ? [{ taskId, cid }] : []))
  if (locations.length > 0) send({ type: 'published', items: locations })
  const results = reported.flatMap(({ taskId, digest, cid }) =>
    digest && cid ? [{ taskId, digest, cid }] : [],
  )
  if (results.length > 0) send({ type: 'results', items: results })
}
