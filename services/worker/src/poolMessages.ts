import type { TaskId } from '@millrace/base'
import { receiptRoot } from '@millrace/protocol'
import {
  type Assignment,
  assignmentsTypedData,
  type PoolMessage,
  receiptTypedData,
} from '@millrace/wire'
import { AssignmentRefusedError, PoolMisbehavedError, WorkerLeavingError } from './errors.ts'
import { isUnbound, newExecution } from './execution.ts'
import { failTask } from './failures.ts'
import type { OperatorCheck } from './signatures.ts'
import type { StepContext } from './stepContext.ts'
import { tagItems } from './steps/reportTag.ts'
import { sendReveal } from './steps/revealBatch.ts'
import { requestSeal } from './steps/signSeal.ts'

type Deps = { context: StepContext; checkOperator: OperatorCheck; isLeaving: () => boolean }
type Of<T extends PoolMessage['type']> = Extract<PoolMessage, { type: T }>
type Handlers = {
  [T in PoolMessage['type']]?: (deps: Deps, message: Of<T>) => Promise<void> | void
}

/**
 * Takes in one message of the pool: checks it and saves what follows from it. Saving wakes the
 * stepper; nothing is answered here but what was answered before.
 *
 * @throws {PoolMisbehavedError} `POOL_MISBEHAVED`: the message has had no effect.
 */
export async function onPoolMessage(deps: Deps, message: PoolMessage): Promise<void> {
  const handler = HANDLERS[message.type] as
    | ((deps: Deps, message: PoolMessage) => Promise<void> | void)
    | undefined
  await handler?.(deps, message)
}

/** Executions held at once, whatever their status: an advertisement lists no more. */
const MAX_HELD = 4096

function onDeal({ context }: Deps, { dealId, terms }: Of<'deal'>): void {
  context.deals.offer(dealId, terms)
}

async function onAssignments(deps: Deps, { items, signature }: Of<'assignments'>): Promise<void> {
  const { context, checkOperator } = deps
  const { config, worker, domain } = context
  const data = assignmentsTypedData({ pool: config.pool, worker, items }, domain)
  await checkOperator(data, signature, 'an assignment')
  for (const item of items) assign(deps, item)
}

function assign({ context, isLeaving }: Deps, item: Assignment): void {
  const { store, config } = context
  const { taskId } = item
  const held = store.get(taskId)
  if (held !== undefined && held.status !== 'failed') {
    // Given again after a restart of the pool: the work goes on under the newer lease and nonce.
    if (item.nonce > held.nonce) moveTo(context, taskId, item.nonce)
    store.patch(taskId, held.status, { leaseUntil: item.leaseUntil })
    return
  }
  store.put(newExecution(item))
  const most = Math.min(MAX_HELD, config.maxQueued)
  if (isLeaving()) failTask(context, taskId, new WorkerLeavingError({ taskId }))
  else if (store.executionCount() > most) {
    const reason = `this worker holds ${most} executions already`
    failTask(context, taskId, new AssignmentRefusedError({ taskId, reason }))
  }
}

async function onReceipts(
  { context, checkOperator }: Deps,
  { nonce, items, root, until, signature }: Of<'receipts'>,
): Promise<void> {
  const { store, config, worker, domain } = context
  if (items.length === 0) return
  if (receiptRoot(items) !== root)
    throw new PoolMisbehavedError('the root of a receipt is not that of its commitments')
  const data = receiptTypedData({ pool: config.pool, nonce, worker, root, until }, domain)
  await checkOperator(data, signature, 'a receipt')
  const mine = items.filter(({ taskId, commitment }) => {
    const execution = store.get(taskId)
    return execution?.nonce === nonce && execution.commitment === commitment
  })
  if (mine.length === 0) return
  const ends = mine.map(({ taskId }) => appealableUntil(context, taskId))
  const own = mine.flatMap(({ taskId }) => ownTask(context, taskId))
  const keepUntilSec = Math.max(...ends)
  store.putReceipt({ nonce, root, until, signature, items, own, keepUntilSec })
  for (const { taskId } of mine) {
    store.patch(taskId, 'committed', { status: 'receipted' })
    store.patch(taskId, 'receipted', { receiptUntil: until })
  }
}

function ownTask({ store }: StepContext, taskId: TaskId) {
  const { dealId, index, digest } = store.get(taskId) ?? {}
  if (dealId === undefined || index === undefined || digest === undefined) return []
  return [{ taskId, dealId, index, digest }]
}

function appealableUntil({ store, deals }: StepContext, taskId: TaskId): number {
  const dealId = store.get(taskId)?.dealId
  const terms = dealId && deals.terms(dealId)
  return terms ? terms.expiresAt + terms.settleWindowSec + terms.maturitySec : 0
}

function onRecommit({ context }: Deps, { nonce, tasks }: Of<'recommit'>): void {
  for (const taskId of tasks) moveTo(context, taskId, nonce)
}

/**
 * Moves an execution to a later batch; one committed already is committed again there, with that
 * batch's seed. Its earlier batch keeps all it needs to be revealed still.
 */
function moveTo({ store }: StepContext, taskId: TaskId, nonce: bigint): void {
  const held = store.get(taskId)
  if (held === undefined || held.nonce === 0n || nonce <= held.nonce) return
  if (isUnbound(held.status)) store.patch(taskId, held.status, { nonce })
  else
    store.patch(taskId, ['committed', 'receipted', 'tagged', 'sealed', 'revealed', 'published'], {
      status: 'packed',
      nonce,
      commitment: undefined,
      receiptUntil: undefined,
      tagWanted: false,
      publishWanted: false,
    })
}

function onReportTags({ context: { store, send } }: Deps, { tasks }: Of<'reportTags'>): void {
  const again: TaskId[] = []
  for (const taskId of tasks) {
    if (store.get(taskId)?.status === 'tagged') again.push(taskId)
    // Wanted before the receipt was seen: kept, and due as soon as that is checked.
    else store.patch(taskId, ['committed', 'receipted'], { tagWanted: true })
  }
  const items = tagItems(again.flatMap((taskId) => store.get(taskId) ?? []))
  if (items.length > 0) send({ type: 'tags', items })
}

function onSealRequest({ context }: Deps, { nonce, tasks }: Of<'sealRequest'>): void {
  const answer = requestSeal(context, { nonce, tasks })
  if ('reason' in answer) {
    const missing = answer.taskIds.filter((taskId) => context.store.get(taskId) === undefined)
    const code = 'NOT_HELD'
    const message = 'this worker does not hold the task'
    if (missing.length > 0)
      context.send({ type: 'failed', items: missing.map((taskId) => ({ taskId, code, message })) })
    throw new PoolMisbehavedError(`a seal for batch ${nonce} was refused: ${answer.reason}`, {
      nonce: `${nonce}`,
      tasks: answer.taskIds.slice(0, 10),
    })
  }
  const { head, commitBy, signature } = answer
  if (head !== undefined && signature !== undefined)
    context.send({ type: 'seal', nonce, head, commitBy, signature })
}

function onCommitted({ context }: Deps, message: Of<'committed'>): void {
  const { store } = context
  const { nonce, root, committedAt, index, count, proof } = message
  const batch = store.getBatch(nonce)
  if (batch === undefined)
    throw new PoolMisbehavedError(`batch ${nonce} was committed, but not sealed here`)
  wantPublished(context, message.publish)
  if (batch.status === 'revealed') sendReveal(context, batch)
  // A later word replaces an earlier one that the chain has not borne out.
  else if (batch.status === 'sealed' || batch.status === 'anchored')
    store.putBatch({
      ...batch,
      status: 'anchored',
      anchor: { root, committedAt, index, count, proof },
    })
}

function onPublish({ context }: Deps, { tasks }: Of<'publish'>): void {
  wantPublished(context, tasks)
}

function wantPublished({ store, send }: StepContext, tasks: readonly TaskId[]): void {
  const known: { taskId: TaskId; cid: string }[] = []
  for (const taskId of tasks) {
    const execution = store.get(taskId)
    if (execution?.status === 'published' && execution.cid !== undefined)
      known.push({ taskId, cid: execution.cid })
    else store.patch(taskId, ['sealed', 'revealed'], { publishWanted: true })
  }
  if (known.length > 0) send({ type: 'published', items: known })
}

function onSettled(
  { context }: Pick<Deps, 'context'>,
  { tasks }: Pick<Of<'settled'>, 'tasks'>,
): void {
  for (const taskId of tasks) endTask(context, taskId)
}

/** A batch that was sealed with the tasks stays, and is revealed if it comes on chain after all. */
function onCancel({ context }: Deps, { tasks, reason }: Of<'cancel'>): void {
  context.log.debug('tasks cancelled by the pool', { tasks: tasks.length, reason })
  onSettled({ context }, { tasks })
}

function endTask({ store, activities }: StepContext, taskId: TaskId): void {
  const execution = store.get(taskId)
  if (execution === undefined) return
  store.put({ ...execution, status: 'settled' })
  activities.end(taskId, 'over')
}

const HANDLERS: Handlers = {
  deal: onDeal,
  assignments: onAssignments,
  receipts: onReceipts,
  recommit: onRecommit,
  reportTags: onReportTags,
  sealRequest: onSealRequest,
  committed: onCommitted,
  publish: onPublish,
  settled: onSettled,
  cancel: onCancel,
}
