import { BaseError, errorToJson, isRetryable, nowSec, type TaskId } from '@millrace/base'
import { NotAnchoredError } from './errors.ts'
import { type Execution, isUnbound, type SealedBatch } from './execution.ts'
import type { StepContext } from './stepContext.ts'
import type { StepperOptions } from './stepper.ts'

type TaskOptions = StepperOptions<StepContext, TaskId, Execution>
type BatchOptions = StepperOptions<StepContext, bigint, SealedBatch>

const MAX_MESSAGE = 500
const CONFUSED_MS = 5000

/**
 * What is away comes back: tried again, before a commitment only as long as the lease lasts.
 * Anything else ends an execution nobody depends on; one that is bound goes on, slowly, since
 * giving up would make the worker absent.
 */
export function onTaskError(context: StepContext): TaskOptions['onError'] {
  return ({ key: taskId, item, step, error, attempt }) => {
    const hasTime = !isUnbound(item.status) || nowSec(context.clock) < item.leaseUntil
    if (isRetryable(error) && hasTime) return backoffMs(attempt)
    const facts = { taskId, step: step.name, error: describe(error) }
    if (isUnbound(item.status)) {
      if (error instanceof BaseError) context.log.warn('task failed', facts)
      else context.log.error('step broke', facts)
      failTask(context, taskId, error)
      return undefined
    }
    context.log.error('step failed', facts)
    return CONFUSED_MS
  }
}

/** A proof that does not hold is thrown away; the pool may send a right one. */
export function onBatchError(context: StepContext): BatchOptions['onError'] {
  return ({ key: nonce, item, step, error, attempt }) => {
    const facts = { nonce: `${nonce}`, step: step.name, error: describe(error) }
    if (error instanceof NotAnchoredError) {
      if (attempt === ANCHOR_PATIENCE) context.log.warn('batch not on chain', facts)
      // The pool's node may be ahead of ours by a block; beyond that it is no race any more.
      return attempt < ANCHOR_PATIENCE ? 10 : 500
    }
    if (isRetryable(error)) return backoffMs(attempt)
    context.log.error('batch step failed', facts)
    if (item.status !== 'anchored') return CONFUSED_MS
    context.store.putBatch({ ...item, status: 'sealed', anchor: undefined })
    return undefined
  }
}

/** Ends an execution without a result; the pool is told by the next step. */
export function failTask(
  { store, activities }: Pick<StepContext, 'store' | 'activities'>,
  taskId: TaskId,
  error: unknown,
): void {
  const { code, message } = errorToJson(error)
  const failure = { code, message: message.slice(0, MAX_MESSAGE) }
  store.patch(taskId, ['offered', 'assigned', 'ready', 'ran', 'packed'], {
    status: 'failed',
    failure,
  })
  activities.end(taskId, message)
}

const ANCHOR_PATIENCE = 200
const backoffMs = (attempt: number): number => Math.min(2000, 25 * 2 ** Math.min(attempt, 10))

function describe(error: unknown): string {
  if (error instanceof BaseError) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
