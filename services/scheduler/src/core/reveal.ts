import type { Address, ResultDigest, TaskId } from '@millrace/base'
import { commitmentOf, tagOf } from '@millrace/protocol'
import { abandonBatch } from './abandon.ts'
import { type Ballot, ballotsOf, dissentersOf, tasksOf, winnersOf } from './ballots.ts'
import type { PoolEvent, SessionMessage } from './events.ts'
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

/** A reveal must open every commitment of the worker's ballot and agree with its tags. */
export function onReveal(turn: Turn, worker: Address, message: Message<'reveal'>): void {
  const { state } = turn
  const batch = state.batches.get(Number(message.nonce))
  if (batch?.stage !== 'revealing' || batch.reveals.has(worker)) return
  const ballot = ballotsOf(state, batch).get(worker)
  if (ballot === undefined) return
  const digests = openBallot(state, { worker, ballot }, message)
  const { nonce } = batch
  if (digests === undefined) {
    const cause = `revealed something else than it sealed in batch ${nonce}`
    dropWorker(turn, worker, cause)
    abandonBatch(turn, batch, { absent: [worker], cause })
    return
  }
  record(turn, { kind: 'revealed', nonce, worker, seed: message.seed, digests })
  for (const taskId of ballot.tasks) {
    const early = state.live.early.get(taskId)
    if (early !== undefined) takePublished(turn, early.worker, { taskId, cid: early.cid })
  }
  settleIfReady(turn, batch)
}

/** Digests in the order of the ballot; undefined when one is missing or opens no commitment. */
function openBallot(
  state: PoolState,
  { worker, ballot }: { worker: Address; ballot: Ballot },
  { seed, items }: Message<'reveal'>,
): ResultDigest[] | undefined {
  const shown = new Map(items.map(({ taskId, digest }) => [taskId, digest]))
  const digests: ResultDigest[] = []
  for (const taskId of ballot.tasks) {
    const digest = shown.get(taskId)
    const replica = liveReplica(taskOf(state, taskId), worker)
    if (digest === undefined || replica?.tag !== tagOf(taskId, digest)) return undefined
    if (commitmentOf({ taskId, worker, digest, seed }) !== replica.commitment) return undefined
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

/** Known as soon as one winner has revealed. */
function winningDigest(state: PoolState, batch: Batch, task: Task): ResultDigest | undefined {
  for (const worker of winnersOf(task)) {
    const reveal = batch.reveals.get(worker)
    if (reveal === undefined) continue
    const at = ballotsOf(state, batch).get(worker)?.tasks.indexOf(task.taskId) ?? -1
    if (at >= 0) return reveal.digests[at]
  }
  return undefined
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
  const unpublished = namePublishers(turn, tasks)
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

/** Settles when every worker has revealed and the bytes of every task were checked. */
function settleIfReady(turn: Turn, batch: Batch): void {
  const { state, nowMs } = turn
  if (batch.stage !== 'revealing') return
  if (batch.reveals.size < ballotsOf(state, batch).size) return
  if (tasksOf(state, batch).some(({ cid }) => cid === undefined)) return
  if (mustWait(state, batch)) return
  record(turn, { kind: 'settling', nonce: batch.nonce, atMs: nowMs })
  settleBatch(turn, batch)
}

/**
 * Settling finds the faults of those outvoted and bans them, and the chain refuses every later batch
 * with a banned worker: the batches that were sealed before go first.
 */
function mustWait(state: PoolState, batch: Batch): boolean {
  const dissenters = dissentersOf(state, batch)
  if (dissenters.size === 0) return false
  for (const other of state.batches.values()) {
    if (other.nonce >= batch.nonce || other.stage === 'open' || other.isTrusted) continue
    for (const worker of ballotsOf(state, other).keys()) if (dissenters.has(worker)) return true
  }
  return false
}

/** Batches that waited for one that is now closed. */
export function settleWaiting(turn: Turn): void {
  for (const batch of [...turn.state.batches.values()]) settleIfReady(turn, batch)
}
