import type { Address } from '@millrace/base'
import { abandonBatch } from './abandon.ts'
import { ballotsOf } from './ballots.ts'
import { recount } from './evaluate.ts'
import type { PoolEvent, SessionMessage } from './events.ts'
import { onCommitments, onFailed, onResults, onTags } from './reports.ts'
import { resync } from './resync.ts'
import { onPublished, onReveal, settleWaiting } from './reveal.ts'
import { missingSeals, onSeal } from './seal.ts'
import { heldBy } from './stateIndex.ts'
import { endReplicas } from './strikes.ts'
import { changeMeans, log, type Turn } from './turn.ts'

type Event<K extends PoolEvent['kind']> = Extract<PoolEvent, { kind: K }>

/** A worker has proved its address; what it can do it says next. */
export function onSessionOpened(turn: Turn, { worker, owner }: Event<'sessionOpened'>): void {
  const { state, policy, nowMs } = turn
  const before = state.live.sessions.get(worker)
  state.live.outgoing.delete(worker)
  state.live.sessions.set(worker, {
    worker,
    owner,
    isConnected: true,
    isLeaving: false,
    advertisement: undefined,
    connectedMs: nowMs,
    lastSeenMs: nowMs,
    running: 0,
    taskMs: before?.taskMs,
    lastDoneMs: nowMs,
    deals: new Set(),
  })
  state.live.timers.set(nowMs + policy.goneMs, { kind: 'gone', worker })
  turn.effects.push({ kind: 'readStanding', worker })
  changeMeans(state)
}

export function onSessionClosed(turn: Turn, { worker }: Event<'sessionClosed'>): void {
  const { state, policy, nowMs } = turn
  const session = state.live.sessions.get(worker)
  if (session === undefined || !session.isConnected) return
  session.isConnected = false
  session.lastSeenMs = nowMs
  session.running = 0
  state.live.outgoing.delete(worker)
  state.live.timers.set(nowMs + policy.goneMs, { kind: 'gone', worker })
  changeMeans(state)
}

/** Time to see whether a worker is still there; if not, its work goes to others. */
export function watchWorker(turn: Turn, worker: Address): void {
  const { state, policy, nowMs } = turn
  const session = state.live.sessions.get(worker)
  const lastSeenMs = session?.lastSeenMs ?? 0
  if (session !== undefined && nowMs < lastSeenMs + policy.goneMs) {
    state.live.timers.set(lastSeenMs + policy.goneMs, { kind: 'gone', worker })
    return
  }
  if (session?.isConnected === true) {
    const code = 'SESSION_SILENT'
    const message = `nothing was heard for ${policy.goneMs / 1000} s`
    turn.effects.push({ kind: 'closeSession', worker, code, message })
    onSessionClosed(turn, { kind: 'sessionClosed', worker })
  }
  loseWork(turn, worker)
}

function loseWork(turn: Turn, worker: Address): void {
  const { state, policy } = turn
  const cause = `left and did not come back within ${policy.goneMs / 1000} s`
  const lost = endReplicas(turn, { worker, tasks: [...heldBy(state, worker)], as: 'lost', cause })
  if (lost.length > 0) log(turn, 'warn', 'worker gone', { worker, tasks: lost.length })
  for (const batch of [...state.batches.values()])
    if (batch.stage === 'sealing' && missingSeals(state, batch).includes(worker))
      abandonBatch(turn, batch, { absent: [worker], cause })
}

export function onMessage(turn: Turn, { worker, message }: Event<'message'>): void {
  const session = turn.state.live.sessions.get(worker)
  if (session?.isConnected !== true) return
  session.lastSeenMs = turn.nowMs
  const handle = ON_MESSAGE[message.type] as MessageHandler<SessionMessage>
  handle(turn, worker, message)
}

type MessageHandler<M> = (turn: Turn, worker: Address, message: M) => void
type Message<T extends SessionMessage['type']> = Extract<SessionMessage, { type: T }>

const ON_MESSAGE: { [T in SessionMessage['type']]: MessageHandler<Message<T>> } = {
  advertise: onAdvertise,
  heartbeat: ({ state }, worker, { running }) => {
    const session = state.live.sessions.get(worker)
    if (session !== undefined) session.running = running.length
  },
  commitments: onCommitments,
  tags: onTags,
  seal: onSeal,
  reveal: onReveal,
  published: onPublished,
  results: onResults,
  failed: onFailed,
  leaving: ({ state }, worker) => {
    const session = state.live.sessions.get(worker)
    if (session !== undefined) session.isLeaving = true
    changeMeans(state)
  },
}

function onAdvertise(
  turn: Turn,
  worker: Address,
  { advertisement, executions }: Message<'advertise'>,
): void {
  const session = turn.state.live.sessions.get(worker)
  if (session === undefined) return
  const isFirst = session.advertisement === undefined
  session.advertisement = advertisement
  changeMeans(turn.state)
  if (isFirst) resync(turn, worker, new Set(executions))
}

/** What the chain says a worker is worth now. */
export function onStanding(turn: Turn, { worker, standing }: Event<'standing'>): void {
  const { state, nowMs } = turn
  state.live.standings.set(worker, standing)
  changeMeans(state)
  recount(state, worker)
  settleWaiting(turn)
  const bannedMs = standing.bannedUntil * 1000
  if (bannedMs > nowMs) state.live.timers.set(bannedMs + 1000, { kind: 'standing', worker })
  if (standing.mayVote) return
  // What the chain has already counts as it was then; what has yet to be committed would be refused.
  for (const batch of [...state.batches.values()]) {
    const isPending = batch.stage === 'sealing' || batch.stage === 'committing'
    if (!isPending || !ballotsOf(state, batch).has(worker)) continue
    abandonBatch(turn, batch, { absent: [worker], cause: `${worker} may not vote any more` })
  }
}
