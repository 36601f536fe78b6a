import type { Address, TaskId, UnixSeconds } from '@millrace/base'
import type { Assignment } from '@millrace/wire'
import { ballotsOf } from './ballots.ts'
import type { UnsignedMessage } from './effects.ts'
import type { Outgoing } from './live.ts'
import { receiptEnd } from './receipts.ts'
import { proofFor } from './sealTree.ts'
import { type Batch, type PoolState, taskOf } from './state.ts'
import { pushTo, type Turn } from './turn.ts'

/** Lists of one message are at most this long on the wire. */
const LIST_MAX = 4096

/** Turns what was noted for each worker during the turn into messages, each kind once. */
export function flush(turn: Turn): void {
  const { outgoing } = turn.state.live
  const named = new Map<number, Named>()
  for (const [worker, noted] of outgoing) {
    const messages = [...messagesOf(turn, worker, { noted, named })]
    if (messages.length > 0) turn.effects.push({ kind: 'send', worker, messages })
  }
  outgoing.clear()
}

/** Results of a batch that each worker is named to publish and has not. */
type Named = ReadonlyMap<Address, TaskId[]>
/** What there is to say to a worker; `named` fills with each batch that one of them is told of. */
type Noted = { noted: Outgoing; named: Map<number, Named> }

function* messagesOf(
  turn: Turn,
  worker: Address,
  { noted, named }: Noted,
): Generator<UnsignedMessage> {
  const { state } = turn
  const until = receiptEnd(turn)
  for (const dealId of noted.deals) {
    const deal = state.deals.get(dealId)
    if (deal !== undefined) yield { type: 'deal', dealId, terms: deal.terms }
  }
  for (const tasks of chunks(noted.settled)) yield { type: 'settled', tasks }
  for (const [reason, all] of noted.cancel)
    for (const tasks of chunks(all)) yield { type: 'cancel', tasks, reason }
  for (const items of chunks(noted.assignments))
    yield { type: 'assignments', items: items.map(toAssignment) }
  for (const [nonce, all] of noted.recommit) {
    const current = all.filter((taskId) => state.tasks.get(taskId)?.nonce === nonce)
    for (const tasks of chunks(current)) yield { type: 'recommit', nonce: BigInt(nonce), tasks }
  }
  for (const [nonce, all] of noted.receipts)
    for (const items of chunks(all)) yield { type: 'receipts', nonce: BigInt(nonce), items, until }
  for (const tasks of chunks(noted.reportTags)) yield { type: 'reportTags', tasks }
  yield* batchMessages(state, worker, { noted, named })
}

function* batchMessages(
  state: PoolState,
  worker: Address,
  { noted, named }: Noted,
): Generator<UnsignedMessage> {
  for (const nonce of noted.sealRequests) {
    const batch = state.batches.get(nonce)
    const tasks = batch && ballotsOf(state, batch).get(worker)?.tasks
    if (tasks !== undefined) yield { type: 'sealRequest', nonce: BigInt(nonce), tasks }
  }
  for (const nonce of noted.anchored) {
    const batch = state.batches.get(nonce)
    if (batch === undefined) continue
    const publishers = named.get(nonce) ?? namedIn(state, batch)
    named.set(nonce, publishers)
    yield anchoredMessage(state, batch, { worker, publish: publishers.get(worker) ?? [] })
  }
  for (const tasks of chunks(noted.publish)) yield { type: 'publish', tasks }
}

function namedIn(state: PoolState, batch: Batch): Named {
  const named = new Map<Address, TaskId[]>()
  for (const taskId of batch.tasks) {
    const { publisher, cid } = taskOf(state, taskId)
    if (publisher !== undefined && cid === undefined) pushTo(named, publisher, taskId)
  }
  return named
}

function anchoredMessage(
  state: PoolState,
  batch: Batch,
  { worker, publish }: { worker: Address; publish: TaskId[] },
): UnsignedMessage {
  const { nonce, root, committedAt } = batch
  if (root === undefined || committedAt === undefined)
    throw new RangeError(`batch ${nonce} is not on chain`)
  const at = committedAt as UnixSeconds
  const proof = proofFor(state, batch, worker)
  return { type: 'committed', nonce: BigInt(nonce), root, committedAt: at, ...proof, publish }
}

function toAssignment({ untilMs, nonce, ...rest }: Outgoing['assignments'][number]): Assignment {
  const leaseUntil = Math.ceil(untilMs / 1000) as UnixSeconds
  return { ...rest, nonce: BigInt(nonce), leaseUntil }
}

function* chunks<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += LIST_MAX) yield items.slice(at, at + LIST_MAX)
}
