import type { Address, ResultDigest, TaskId } from '@millrace/base'
import { commitmentOf, tagOf } from '@millrace/protocol'
import { abandonBatch, refreshSuspects } from './abandon.ts'
import { type Ballot, ballotsOf, doubtedIn, tasksOf, winnersOf } from './ballots.ts'
import type { PoolEvent, SessionMessage } from './events.ts'
import { outcomesOf, shownVotes } from './outcomes.ts'
import { checkBytes } from './reports.ts'
import { slotMs } from './slots.ts'
import { type Batch, dealOf, liveReplica, type PoolState, type Task, taskOf } from './state.ts'
import { dropWorker } from './strikes.ts'
import { settleBatch } from './transactions.ts'
import { log, outgoingTo, record, seeNonce, type Turn } from './turn.ts'

type Message<T extends SessionMessage['type']> = Extract<SessionMessage, { type: T }>
type Event<K extends PoolEvent['kind']> = Extract<PoolEvent, { kind: K }>

/** The root is on chain: each worker may show its digests, and one of them each task's bytes. */
export function onBatchCommitted(turn: Turn, event: Event<'batchCommitted'>): void {
  const { state, policy, nowMs } = turn
  const { nonce, committedAt } = event
  seeNonce(turn, nonce)
  const batch = state.batches.get(nonce)
  if (batch === undefined || (batch.stage !== 'committing' && batch.stage !== 'sealing')) return
  if (batch.root !== event.root) {
    log(turn, 'error', 'another root was committed', { nonce, root: event.root, ours: batch.root })
    abandonBatch(turn, batch, {
      absent: [],
      cause: `batch ${nonce} has another root on chain`,
    })
    return
  }
  if (tasksOf(state, batch).some((task) => isEarly(state, task, committedAt))) {
    const cause = `batch ${nonce} was committed before the slot of one of its tasks`
    abandonBatch(turn, batch, { absent: [], cause })
    return
  }
  record(turn, { kind: 'anchored', nonce, committedAt, atMs: nowMs })
  state.live.txFailures.delete(nonce)
  state.live.timers.set(nowMs + policy.revealMs, { kind: 'batchStage', nonce, sinceMs: nowMs })
  namePublishers(turn, tasksOf(state, batch))
  for (const worker of ballotsOf(state, batch).keys())
    outgoingTo(turn, worker)?.anchored.push(nonce)
}

/** By the chain's clock, which may be behind the pool's. Nothing has been revealed yet. */
function isEarly(state: PoolState, task: Task, committedAt: number): boolean {
  return committedAt * 1000 < slotMs(dealOf(state, task), task.index)
}

/** Spreads the publishing over the winners that are connected and have not failed at it. */
function namePublishers(turn: Turn, tasks: readonly Task[]): TaskId[] {
  const { state, policy, nowMs } = turn
  const named: [TaskId, Address][] = []
  const unpublished: TaskId[] = []
  const count = new Map<Address, number>()
  for (const task of tasks) {
    const able = winnersOf(task).filter((worker) => !task.refused.some((r) => r.worker === worker))
    const here = able.filter((worker) => state.live.sessions.get(worker)?.isConnected === true)
    const choice = (here.length > 0 ? here : able).reduce<Address | undefined>(
      (best, worker) =>
        best === undefined || (count.get(worker) ?? 0) < (count.get(best) ?? 0) ? worker : best,
      undefined,
    )
    if (choice === undefined) unpublished.push(task.taskId)
    else {
      count.set(choice, (count.get(choice) ?? 0) + 1)
      named.push([task.taskId, choice])
    }
  }
  if (named.length === 0) return unpublished
  record(turn, { kind: 'named', items: named })
  const nonce = taskOf(state, (named[0] as [TaskId, Address])[0]).nonce
  const waiting = named.map(([taskId]) => taskId)
  state.live.timers.set(nowMs + policy.publishMs, { kind: 'publish', nonce, tasks: waiting })
  return unpublished
}

export function onReveal(turn: Turn, worker: Address, message: Message<'reveal'>): void {
  const { state } = turn
  const { nonce, seed, items } = message
  const batch = state.batches.get(Number(nonce))
  if (batch?.stage !== 'revealing' || batch.reveals.has(worker)) return
  if (!ballotsOf(state, batch).has(worker) || takeReveal(turn, batch, { worker, seed, items }))
    return
  dropWorker(turn, worker, `revealed something else than it sealed in batch ${nonce}`)
}

type Shown = Pick<Message<'reveal'>, 'seed' | 'items'> & { worker: Address }

/**
 * Takes what opens every commitment of a worker's ballot, also if it contradicts its tags: then it is a
 * dissenting vote, and the chain finds the fault.
 *
 * @returns False when it does not, or is known.
 */
export function takeReveal(turn: Turn, batch: Batch, { worker, seed, items }: Shown): boolean {
  const { state } = turn
  const { nonce } = batch
  const ballot = ballotsOf(state, batch).get(worker)
  if (ballot === undefined || batch.reveals.has(worker)) return false
  const digests = openBallot(state, { worker, ballot }, { seed, items })
  if (digests === undefined) return false
  record(turn, { kind: 'revealed', nonce, worker, seed, digests })
  if (batch.isOverdue) refreshSuspects(state)
  for (const taskId of ballot.tasks) {
    const early = state.live.early.get(taskId)
    if (early !== undefined) takePublished(turn, early.worker, { taskId, cid: early.cid })
  }
  settleIfReady(turn, batch)
  return true
}

/** Digests in the order of the ballot; undefined when one is missing or opens no commitment. */
function openBallot(
  state: PoolState,
  { worker, ballot }: { worker: Address; ballot: Ballot },
  { seed, items }: Pick<Shown, 'seed' | 'items'>,
): ResultDigest[] | undefined {
  const shown = new Map(items.map(({ taskId, digest }) => [taskId, digest]))
  const digests: ResultDigest[] = []
  for (const taskId of ballot.tasks) {
    const digest = shown.get(taskId)
    const replica = liveReplica(taskOf(state, taskId), worker)
    if (digest === undefined) return undefined
    if (commitmentOf({ taskId, worker, digest, seed }) !== replica?.commitment) return undefined
    digests.push(digest)
  }
  return digests
}

export function onPublished(turn: Turn, worker: Address, { items }: Message<'published'>): void {
  for (const item of items) takePublished(turn, worker, item)
}

function takePublished(
  turn: Turn,
  worker: Address,
  { taskId, cid }: { taskId: TaskId; cid: string },
): void {
  const { state } = turn
  const task = state.tasks.get(taskId)
  if (task === undefined || task.stage !== 'sealed' || task.cid !== undefined) return
  const batch = state.batches.get(task.nonce)
  if (batch?.stage !== 'revealing' || state.live.checking.has(taskId)) return
  if (!winnersOf(task).includes(worker) || task.refused.some((r) => r.worker === worker)) return
  const digest = winningDigest(state, batch, task)
  if (digest === undefined) state.live.early.set(taskId, { worker, cid })
  else checkBytes(turn, task, { worker, digest, cid })
}

/** Known as soon as one winner has revealed; what contradicts the winning tag is not it. */
function winningDigest(state: PoolState, batch: Batch, task: Task): ResultDigest | undefined {
  const votes = shownVotes(state, batch).get(task.taskId) ?? []
  return votes.find(({ digest }) => tagOf(task.taskId, digest) === task.winner)?.digest
}

/** The published bytes of a sealed task were fetched: they are the result, or another is named. */
export function onBytesChecked(turn: Turn, task: Task, event: Event<'resultChecked'>): void {
  const { state } = turn
  const batch = state.batches.get(task.nonce)
  if (batch?.stage !== 'revealing' || task.cid !== undefined) return
  if (event.outcome.isRight) {
    record(turn, { kind: 'checked', items: [[task.taskId, event.cid]], atMs: turn.nowMs })
    settleIfReady(turn, batch)
    return
  }
  refusePublishers(turn, batch, [{ task, worker: event.worker, cause: event.outcome.cause }])
}

type Refusal = { task: Task; worker: Address; cause: string }

/** Another agreeing worker is named; when there is none left the batch cannot settle. */
export function refusePublishers(turn: Turn, batch: Batch, refusals: readonly Refusal[]): void {
  for (const { task, worker, cause } of refusals) {
    if (task.refused.some((refused) => refused.worker === worker)) continue
    record(turn, { kind: 'refused', taskId: task.taskId, worker, cause })
    log(turn, 'warn', 'result not published', { taskId: task.taskId, worker, cause })
  }
  const tasks = refusals.map(({ task }) => task)
  const unpublished = namePublishers(turn, tasks).filter((taskId) =>
    needsBytes(turn, batch, taskId),
  )
  if (unpublished.length === 0) {
    for (const { taskId, publisher } of tasks)
      if (publisher !== undefined) outgoingTo(turn, publisher)?.publish.push(taskId)
    return
  }
  const absent = new Set(unpublished.flatMap((taskId) => winnersOf(taskOf(turn.state, taskId))))
  const cause = `nobody published a result of batch ${batch.nonce}`
  for (const worker of absent) dropWorker(turn, worker, cause)
  abandonBatch(turn, batch, { absent: [...absent], cause })
}

/** Tasks of an overdue batch that will not settle need none. */
function needsBytes({ state }: Turn, batch: Batch, taskId: TaskId): boolean {
  if (!batch.isOverdue) return true
  const outcome = outcomesOf(state, batch).get(taskId)
  return outcome === 'carried' || outcome === 'unknown'
}

/** Settles when every worker has revealed or is absent, and the bytes of every task were checked. */
export function settleIfReady(turn: Turn, batch: Batch): void {
  const { state, nowMs } = turn
  if (batch.stage !== 'revealing') return
  if (batch.reveals.size + batch.absent.size < ballotsOf(state, batch).size) return
  const missing = tasksOf(state, batch).filter(({ cid }) => cid === undefined)
  if (missing.some(({ taskId }) => needsBytes(turn, batch, taskId))) return
  if (mustWait(state, batch)) return
  record(turn, { kind: 'settling', nonce: batch.nonce, atMs: nowMs })
  settleBatch(turn, batch)
}

/**
 * Settling finds the faults of those outvoted or absent and bans them, and the chain refuses every later batch
 * with a banned worker: the batches that were sealed before go first.
 */
function mustWait(state: PoolState, batch: Batch): boolean {
  const doubted = doubtedIn(state, batch)
  if (doubted.size === 0) return false
  for (const other of state.batches.values()) {
    if (other.nonce >= batch.nonce || other.stage === 'open' || other.isTrusted) continue
    for (const worker of ballotsOf(state, other).keys()) if (doubted.has(worker)) return true
  }
  return false
}

/** Batches that waited for one that is now closed. */
export function settleWaiting(turn: Turn): void {
  for (const batch of [...turn.state.batches.values()]) settleIfReady(turn, batch)
}
