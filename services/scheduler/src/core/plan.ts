import type { Address, DealId, Random, TaskId } from '@millrace/base'
import { groupOdds, isCredible, type Odds, WAD } from '@millrace/protocol'
import type { Session } from './live.ts'
import { isReady, meansMissing, misfit } from './means.ts'
import { isHopeful, oddsOf, tally, targetOf } from './odds.ts'
import type { PoolPolicy } from './policy.ts'
import { dueMs, slotMs } from './slots.ts'
import {
  type Deal,
  dealOf,
  isAlive,
  isOver,
  isTrustedDeal,
  type PoolState,
  type Task,
} from './state.ts'
import { loadOf } from './stateIndex.ts'

/** A decision that a worker should run a task. */
export type Placement = { worker: Address; dealId: DealId; index: number; task: Task | undefined }

export type PlanOptions = { policy: PoolPolicy; nowMs: number; random: Random }

export type Plan = {
  placements: Placement[]
  /** A task waits for nothing but time to pass: plan again then. */
  againMs: number | undefined
  /** Where the next plan goes on, so that everybody gets his turn. */
  wantingFrom: number
  dealFrom: number
}

/**
 * Gives waiting tasks to workers with room. Replicas of a task are drawn at random among the eligible,
 * of two the less busy, on distinct workers and, as far as there are any, of distinct owners. Changes
 * nothing.
 */
export function plan(state: PoolState, options: PlanOptions): Plan {
  const { live } = state
  const made: Plan = {
    placements: [],
    againMs: undefined,
    wantingFrom: live.wantingFrom,
    dealFrom: live.dealFrom,
  }
  const room = findRoom(state, options)
  const free = room.filter(hasFreeSlot).length
  const planner: Planner = { state, options, room, free, owners: new Map(), made }
  if (room.length > 0) fillWanting(planner)
  if (room.length > 0) startTasks(planner)
  return made
}

type Planner = {
  state: PoolState
  options: PlanOptions
  room: Seat[]
  /** Seats with a slot that would idle. */
  free: number
  /** Owners of workers that may take a deal's tasks. */
  owners: Map<DealId, Set<Address>>
  made: Plan
}

/** A worker with room for more. */
type Seat = { session: Session; load: number; capacity: number }

/** What a draw must keep to. */
type Need = {
  deal: Deal
  task: Task | undefined
  taken: ReadonlySet<Address>
  owners: ReadonlySet<Address>
}

/** At most so many waiting tasks are looked at per plan. */
const WANTING_LOOKS = 512

/** How many executions a worker should hold: its slots, and work ahead for a moment. */
export function capacityOf(session: Session, policy: PoolPolicy): number {
  const slots = session.advertisement?.slots ?? 0
  const { taskMs } = session
  const ahead =
    taskMs === undefined
      ? 3 * slots
      : Math.ceil((slots * policy.queueAheadMs) / Math.max(1, taskMs))
  const most = Math.max(policy.queueMax, slots + 1)
  return Math.min(most, slots + Math.max(1, ahead))
}

function findRoom(state: PoolState, { policy, nowMs }: PlanOptions): Seat[] {
  const room: Seat[] = []
  for (const session of state.live.sessions.values()) {
    if (!isReady(state, session, nowMs)) continue
    const [load, capacity] = [loadOf(state, session.worker), capacityOf(session, policy)]
    // Refilled by the quarter, not one by one: fewer and larger messages.
    const isLow = load < (session.advertisement?.slots ?? 0) || capacity - load >= capacity / 4
    if (load < capacity && isLow) room.push({ session, load, capacity })
  }
  return room
}

function fillWanting(planner: Planner): void {
  const { state, made, room } = planner
  const waiting = [...state.live.wanting]
  const looks = Math.min(waiting.length, WANTING_LOOKS)
  const from = waiting.length === 0 ? 0 : state.live.wantingFrom % waiting.length
  let look = 0
  for (; look < looks && room.length > 0; look++) {
    const [taskId, sinceMs] = waiting[(from + look) % waiting.length] as [TaskId, number]
    fillTask(planner, taskId, sinceMs)
  }
  made.wantingFrom = waiting.length > WANTING_LOOKS ? from + look : 0
}

/** Draws as many more replicas as, all agreeing, would bring the task to an end. */
function fillTask(planner: Planner, taskId: TaskId, sinceMs: number): void {
  const { state, options, made } = planner
  const task = state.tasks.get(taskId)
  if (task?.stage !== 'open') return
  const deal = dealOf(state, task)
  if (!isRunnable(deal, options)) return
  const alive = task.replicas.filter(isAlive)
  const taken = new Set(alive.map(({ worker }) => worker))
  const owners = new Set(alive.map(({ owner }) => owner))
  const votes = tally(state, task, deal)
  const target = targetOf(deal, options.policy)
  while (taken.size < options.policy.maxReplicas) {
    const need = { deal, task, taken, owners }
    const seat = draw(planner, need) ?? drawSameOwner(planner, need, sinceMs)
    if (seat === undefined) {
      noteRetry(made, task, options)
      return
    }
    place(planner, seat, { deal, index: task.index, task })
    const { worker, owner } = seat.session
    taken.add(worker)
    owners.add(owner)
    if (isTrustedDeal(deal)) return
    votes.pending.push(oddsOf(state, { worker, terms: deal.terms }) ?? WAD)
    if (isHopeful(votes, target)) return
  }
}

/** After some patience a task takes another worker of an owner that it has already. */
function drawSameOwner(planner: Planner, need: Need, sinceMs: number): Seat | undefined {
  const { options, room } = planner
  if (need.owners.size === 0 || room.length === 0) return undefined
  const untilMs = sinceMs + options.policy.ownerPatienceMs
  if (options.nowMs < untilMs && hasOtherOwner(planner, need)) {
    planner.made.againMs = Math.min(planner.made.againMs ?? untilMs, untilMs)
    return undefined
  }
  return draw(planner, { ...need, owners: new Set() })
}

function hasOtherOwner({ state, options, owners }: Planner, { deal, owners: had }: Need): boolean {
  let able = owners.get(deal.dealId)
  if (able === undefined) {
    const need = { deal, task: undefined, taken: NOBODY, owners: NOBODY }
    const may = [...state.live.sessions.values()].filter(
      (session) =>
        isReady(state, session, options.nowMs) && mayTake(state, session, { need, options }),
    )
    able = new Set(may.map(({ owner }) => owner))
    owners.set(deal.dealId, able)
  }
  return [...able].some((owner) => !had.has(owner))
}

const NOBODY: ReadonlySet<Address> = new Set()

type Queue = { deal: Deal; next: number; started: number }

/**
 * New tasks: first of deals that promise a time, those that are due next before others; then of all other
 * deals in turns, so that a small one need not wait for a large one.
 */
function startTasks(planner: Planner): void {
  const { state, options, made } = planner
  const open = [...state.index.openDeals].map((dealId) => state.deals.get(dealId) as Deal)
  const queues = rotate(open, state.live.dealFrom)
    .filter((deal) => isRunnable(deal, options) && isWithinMeans(planner, deal))
    .map((deal) => ({ deal, next: deal.next, started: 0 }))
  made.dealFrom = open.length === 0 ? 0 : (state.live.dealFrom + 1) % open.length
  const inTurns = startInTime(planner, queues)
  startInTurns(planner, inTurns)
}

/** Starts tasks that can still be in time; leaves the deals of which none is left. */
function startInTime(planner: Planner, queues: readonly Queue[]): Queue[] {
  const { room, options } = planner
  const rest = queues.filter(({ deal, next }) => dueMs(deal, next, options) === undefined)
  let promised = queues.filter((queue) => !rest.includes(queue))
  while (promised.length > 0 && room.length > 0) {
    const [first] = promised
      .map((queue) => ({ queue, atMs: dueMs(queue.deal, queue.next, options) ?? Infinity }))
      .sort((a, b) => a.atMs - b.atMs)
    if (first === undefined) break
    if (startNext(planner, first.queue)) continue
    promised = promised.filter((queue) => queue !== first.queue)
  }
  return rest
}

function startInTurns(planner: Planner, queues: readonly Queue[]): void {
  const { room } = planner
  let left = queues
  while (left.length > 0 && room.length > 0)
    left = left.filter((queue) => room.length > 0 && startNext(planner, queue))
}

function startNext(planner: Planner, queue: Queue): boolean {
  const { state, options, made } = planner
  const { deal } = queue
  while (queue.next < deal.terms.volume && isOver(deal, queue.next)) queue.next++
  const startMs = slotMs(deal, queue.next)
  if (queue.next < deal.terms.volume && startMs > options.nowMs) {
    made.againMs = Math.min(made.againMs ?? startMs, startMs)
    return false
  }
  // Tasks begun and short of a vote are a sign that voters are the bottleneck.
  const isBehind = (state.live.wantingOf.get(deal.dealId) ?? 0) + queue.started >= WANTING_LOOKS
  if (queue.next >= deal.terms.volume || isBehind) return false
  const placed = startTask(planner, deal, queue.next)
  if (placed === 0) return false
  if (!isTrustedDeal(deal)) queue.started++
  queue.next++
  return true
}

/** Draws replicas until, all agreeing, they would reach the trust asked for; as many as have room. */
function startTask(planner: Planner, deal: Deal, index: number): number {
  const { state, options } = planner
  const { minOdds, minVotes } = targetOf(deal, options.policy)
  const taken = new Set<Address>()
  const owners = new Set<Address>()
  let hoped: Odds = WAD
  while (taken.size < options.policy.maxReplicas) {
    const need = { deal, task: undefined, taken, owners }
    const seat = draw(planner, need) ?? drawSameOwner(planner, need, options.nowMs)
    if (seat === undefined) return taken.size
    place(planner, seat, { deal, index, task: undefined })
    const { worker, owner } = seat.session
    taken.add(worker)
    owners.add(owner)
    if (isTrustedDeal(deal)) return 1
    hoped = groupOdds([hoped, oddsOf(state, { worker, terms: deal.terms }) ?? WAD])
    if (taken.size >= minVotes && isCredible(hoped, [], minOdds)) return taken.size
  }
  return taken.size
}

function place(
  planner: Planner,
  seat: Seat,
  { deal, index, task }: { deal: Deal; index: number; task: Task | undefined },
): void {
  const { room, made } = planner
  made.placements.push({ worker: seat.session.worker, dealId: deal.dealId, index, task })
  const wasFree = hasFreeSlot(seat)
  seat.load++
  if (wasFree && !hasFreeSlot(seat)) planner.free--
  if (seat.load < seat.capacity) return
  const last = room.pop() as Seat
  if (last !== seat) room[room.indexOf(seat)] = last
}

/**
 * Two at random, the less busy of them. A slot that would idle goes first; if neither of the two may,
 * the first in a round that may.
 */
function draw({ state, options, room, free }: Planner, need: Need): Seat | undefined {
  const may = (seat: Seat): boolean => mayTake(state, seat.session, { need, options })
  const pick = (): Seat => room[Math.floor(options.random.float() * room.length)] as Seat
  if (room.length === 0) return undefined
  const [drawn] = [pick(), pick()].filter(may).sort((a, b) => busyness(a) - busyness(b))
  if (drawn !== undefined && (free === 0 || hasFreeSlot(drawn))) return drawn
  const round = rotate(room, Math.floor(options.random.float() * room.length))
  return round.find((seat) => hasFreeSlot(seat) && may(seat)) ?? drawn ?? round.find(may)
}

function hasFreeSlot({ load, session }: Seat): boolean {
  return load < (session.advertisement?.slots ?? 0)
}

function busyness({ load, session }: Seat): number {
  return load / (session.advertisement?.slots ?? 1)
}

function mayTake(
  state: PoolState,
  session: Session,
  { need, options }: { need: Need; options: PlanOptions },
): boolean {
  const { deal, task, taken, owners } = need
  const { worker, owner } = session
  if (taken.has(worker) || owners.has(owner) || misfit(deal, session) !== undefined) return false
  if (task !== undefined && retryAtMs(task, worker, options.policy) > options.nowMs) return false
  if (isTrustedDeal(deal)) return true
  const odds = oddsOf(state, { worker, terms: deal.terms })
  return odds !== undefined && odds > WAD
}

/** When a worker that ended a task without a result may try it again; 0 if it has not yet. */
export function retryAtMs(task: Task, worker: Address, { retryMs }: PoolPolicy): number {
  const ended = task.replicas.filter((replica) => replica.worker === worker && !isAlive(replica))
  const last = ended.at(-1)
  return last === undefined ? 0 : last.changedMs + retryMs * 2 ** Math.min(6, ended.length - 1)
}

function noteRetry(made: Plan, task: Task, { policy, nowMs }: PlanOptions): void {
  for (const { worker } of task.replicas) {
    const atMs = retryAtMs(task, worker, policy)
    if (atMs > nowMs) made.againMs = Math.min(made.againMs ?? atMs, atMs)
  }
}

function isWithinMeans({ state, options }: Planner, deal: Deal): boolean {
  return meansMissing(state, deal, options) === undefined
}

/** Tasks of the deal may be given out: it is open and will be for a while. */
export function isRunnable({ status, terms }: Deal, { policy, nowMs }: PlanOptions): boolean {
  return status === 'open' && nowMs + policy.deadlineMarginMs < terms.expiresAt * 1000
}

function rotate<T>(items: readonly T[], by: number): T[] {
  if (items.length === 0) return []
  const from = by % items.length
  return [...items.slice(from), ...items.slice(0, from)]
}
