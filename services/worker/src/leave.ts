import type { Clock, TaskId } from '@millrace/base'
import { WorkerLeavingError } from './errors.ts'
import { type Execution, isUnbound } from './execution.ts'
import { failTask } from './failures.ts'
import type { StepContext } from './stepContext.ts'

/**
 * The polite end: takes nothing new, hands back at once what has not begun to run, and gives the rest
 * `shutdownSec` to get where the pool needs this worker no more. What is then still running is
 * handed back too; what is bound stays in the database and goes on at the next start.
 */
export async function leave(
  context: StepContext,
  { onQuiet }: { onQuiet: (listener: () => void) => void },
): Promise<void> {
  const { store, config, clock, isOnline, send, log } = context
  if (!isOnline()) return
  send({ type: 'leaving' })
  const inHand = [...store.executions()]
  for (const { taskId, status } of inHand) {
    if (status === 'offered' || status === 'assigned') handBack(context, taskId)
  }
  await quietOrLate(context, { clock, onQuiet, lateMs: config.shutdownSec * 1000 })
  const late = [...store.executions()].filter(({ status }) => isUnbound(status))
  for (const { taskId } of late) handBack(context, taskId)
  if (late.length > 0) log.info('tasks handed back', { tasks: late.length })
  // The step that tells the pool runs in the next turn.
  await new Promise((resolve) => setImmediate(resolve))
  await store.durable()
}

function handBack(context: StepContext, taskId: TaskId): void {
  failTask(context, taskId, new WorkerLeavingError({ taskId }))
}

async function quietOrLate(
  context: StepContext,
  {
    clock,
    onQuiet,
    lateMs,
  }: {
    clock: Clock
    onQuiet: (listener: () => void) => void
    lateMs: number
  },
): Promise<void> {
  const done = new AbortController()
  const look = (): void => {
    const needed = [...context.store.executions()].some(isNeeded)
    if (!needed || !context.isOnline()) done.abort()
  }
  onQuiet(look)
  look()
  await clock.sleep(lateMs, AbortSignal.any([done.signal, context.signal])).catch(() => {})
}

/** True while the pool still waits for something that only this worker can say. */
function isNeeded({ status, publishWanted }: Execution): boolean {
  if (status === 'revealed') return publishWanted
  return status !== 'published' && status !== 'reported' && status !== 'settled'
}
