import type { Interval } from '../availability.ts'
import { budgetOf, hoursLeft, spend } from '../credits.ts'
import { type Course, helpersFor, isTail, type Sizing, type Trigger } from '../tail.ts'
import { createEventQueue } from './eventQueue.ts'
import { type Bag, type Deployment, TaskList } from './taskList.ts'

/** A machine that comes and goes: operations a second, and when it is there, ascending. */
export type Node = { speed: number; times: Iterator<Interval> }

/** When, how many and how helpers work on the tail. */
export type Strategy = { trigger: Trigger; sizing: Sizing; deployment: Deployment }

/** What a run left behind. */
export type BagRun = Course & {
  /** Operations of the helpers, also those for nothing, as a share of the bag's. */
  helperShare: number
  helpers: number
  /** Credits that they cost, and that they might have. */
  spent: number
  budget: number
}

/** What the server calls an hour of work: an hour of a machine of this speed. */
const REFERENCE_SPEED = 1000
const HELPER_SPEED = 3000
/** A node that is gone is given up, and its task given out again, so long after its last sign of life. */
const TIMEOUT_SEC = 900
/** From asking for helpers to their first task. */
const HELPER_START_SEC = 120
/** Late copies are begun so much earlier than the last moment. */
const MARGIN = 1.1
/** A bag that takes longer will not end. */
const MAX_SEC = 365 * 86_400

type Event =
  | { kind: 'here'; node: number; untilSec: number }
  | { kind: 'done'; runner: Runner; run: number }
  | { kind: 'gone'; node: number; run: number }
  | { kind: 'lost'; task: number }
  | { kind: 'help' }
type Runner = { node: number } | { helper: number }

/**
 * Runs a bag over nodes that come and go, under a pull scheduler with heartbeats and a timeout; stable
 * helpers join for the tail if a strategy is given. Same bag and nodes give the same run.
 *
 * @throws {RangeError} for a bag that nodes of this kind cannot finish within a year
 */
export function simulateBag(bag: Bag, nodes: readonly Node[], strategy?: Strategy): BagRun {
  return new Simulation(bag, nodes, strategy).run()
}

type Working = { task: number; run: number; sinceSec: number }

class Simulation {
  readonly #queue = createEventQueue<Event>()
  readonly #tasks: TaskList
  readonly #nodes: readonly Node[]
  readonly #strategy: Strategy | undefined
  readonly #course: { size: number; doneSec: number[]; assignedSec: number[] }
  readonly #budget
  readonly #totalWork: number
  /** Of a helper on the longest task. */
  readonly #longestSec: number
  /** Nodes that are there and have nothing to do, and until when. */
  readonly #idle = new Map<number, number>()
  readonly #working = new Map<number, Working>()
  readonly #helping = new Map<number, Working>()
  /** Until when nodes that work are there. */
  readonly #untilSec = new Map<number, number>()
  #runs = 0
  #helpers = 0
  #helpFromSec = 0
  #copyFromSec = 0
  #helperWork = 0

  constructor(bag: Bag, nodes: readonly Node[], strategy: Strategy | undefined) {
    this.#tasks = new TaskList(bag)
    this.#nodes = nodes
    this.#strategy = strategy
    this.#course = { size: bag.length, doneSec: [], assignedSec: [] }
    this.#totalWork = bag.reduce((sum, work) => sum + work, 0)
    this.#budget = budgetOf(this.#totalWork / REFERENCE_SPEED / 3600)
    this.#longestSec = bag.reduce((most, work) => Math.max(most, work), 0) / HELPER_SPEED
    for (const node of nodes.keys()) this.#expect(node, 0)
  }

  run(): BagRun {
    const { doneSec, size } = this.#course
    while (doneSec.length < size) {
      const next = this.#queue.take()
      if (next === undefined || next.atSec > MAX_SEC)
        throw new RangeError(`${size - doneSec.length} of ${size} tasks never end on these nodes`)
      this.#take(next.item, next.atSec)
      if (this.#helpers === 0 && this.#isTail()) this.#startHelpers(next.atSec)
    }
    const endSec = doneSec.at(-1) ?? 0
    for (const { sinceSec } of this.#helping.values()) this.#pay(endSec - sinceSec)
    const { spent, total } = this.#budget
    const helperShare = this.#helperWork / this.#totalWork
    return { ...this.#course, helperShare, helpers: this.#helpers, spent, budget: total }
  }

  /** Looks only when something has changed. */
  #isTail(): boolean {
    const { doneSec, assignedSec } = this.#course
    const seen = doneSec.length + assignedSec.length
    if (this.#strategy === undefined || seen === this.#seen) return false
    this.#seen = seen
    return isTail(this.#course, this.#strategy.trigger)
  }
  #seen = 0

  #take(event: Event, atSec: number): void {
    switch (event.kind) {
      case 'here':
        this.#idle.set(event.node, event.untilSec)
        this.#work(event.node, atSec)
        return
      case 'done':
        this.#finish(event.runner, event.run, atSec)
        return
      case 'gone':
        this.#leave(event.node, event.run, atSec)
        return
      case 'lost':
        this.#tasks.giveBack(event.task)
        this.#wakeAll(atSec)
        return
      case 'help':
        this.#wakeAll(atSec)
    }
  }

  /** The next time from now on that a node is there; traces end. */
  #expect(node: number, nowSec: number): void {
    for (;;) {
      const next = this.#nodes[node]?.times.next()
      if (next === undefined || next.done === true) return
      const { fromSec, untilSec } = next.value
      if (untilSec <= nowSec) continue
      this.#queue.add(Math.max(nowSec, fromSec), { kind: 'here', node, untilSec })
      return
    }
  }

  #wakeAll(atSec: number): void {
    for (const node of [...this.#idle.keys()]) {
      if (!this.#tasks.hasPending) break
      this.#work(node, atSec)
    }
    if (atSec < this.#helpFromSec) return
    for (let helper = 0; helper < this.#helpers; helper++)
      if (!this.#helping.has(helper)) this.#help(helper, atSec)
  }

  /** A node that is there takes a task if there is one, and runs it to its end or its own. */
  #work(node: number, atSec: number): void {
    const untilSec = this.#idle.get(node) ?? 0
    if (untilSec <= atSec) {
      this.#idle.delete(node)
      this.#expect(node, atSec)
      return
    }
    const task = this.#tasks.takePending()
    if (task === undefined) return
    this.#idle.delete(node)
    this.#noteAssigned(task, atSec)
    const run = ++this.#runs
    this.#working.set(node, { task, run, sinceSec: atSec })
    const endSec = atSec + this.#tasks.workOf(task) / (this.#nodes[node]?.speed ?? 1)
    if (endSec <= untilSec) {
      this.#queue.add(endSec, { kind: 'done', runner: { node }, run })
      this.#untilSec.set(node, untilSec)
    } else this.#queue.add(untilSec, { kind: 'gone', node, run })
  }

  #noteAssigned(task: number, atSec: number): void {
    if (this.#tasks.markAssigned(task)) this.#course.assignedSec.push(atSec)
  }

  #leave(node: number, run: number, atSec: number): void {
    const work = this.#working.get(node)
    if (work?.run !== run) return
    this.#working.delete(node)
    this.#queue.add(atSec + TIMEOUT_SEC, { kind: 'lost', task: work.task })
    this.#expect(node, atSec)
  }

  #finish(runner: Runner, run: number, atSec: number): void {
    const isNode = 'node' in runner
    const busy = isNode ? this.#working : this.#helping
    const key = isNode ? runner.node : runner.helper
    const work = busy.get(key)
    if (work?.run !== run) return
    busy.delete(key)
    if (!isNode) this.#pay(atSec - work.sinceSec)
    if (this.#tasks.finish(work.task)) this.#course.doneSec.push(atSec)
    if (isNode) {
      this.#idle.set(key, this.#untilSec.get(key) ?? 0)
      this.#work(key, atSec)
    } else this.#help(key, atSec)
  }

  // ---- helpers

  #startHelpers(atSec: number): void {
    const { doneSec, size } = this.#course
    const share = Math.max(1, doneSec.length) / size
    const budgetHours = hoursLeft(this.#budget)
    const { sizing, deployment } = this.#strategy as Strategy
    this.#helpers = helpersFor(sizing, { budgetHours, share, sec: atSec })
    this.#helpFromSec = atSec + HELPER_START_SEC
    this.#copyFromSec = this.#helpFromSec
    this.#queue.add(this.#helpFromSec, { kind: 'help' })
    if (deployment !== 'late') return
    const rounds = Math.ceil((size - doneSec.length) / this.#helpers)
    const latestSec = atSec / share - MARGIN * rounds * this.#longestSec
    this.#copyFromSec = Math.max(this.#helpFromSec, latestSec)
    this.#queue.add(this.#copyFromSec, { kind: 'help' })
  }

  #help(helper: number, atSec: number): void {
    const { deployment } = this.#strategy as Strategy
    // Nothing is begun that could not be paid for, all that is under way included.
    const owedHours = ((this.#helping.size + 1) * this.#longestSec) / 3600
    if (owedHours > hoursLeft(this.#budget)) return
    const task = this.#tasks.takeForHelper(deployment, atSec >= this.#copyFromSec)
    if (task === undefined) return
    const sec = this.#tasks.workOf(task) / HELPER_SPEED
    this.#noteAssigned(task, atSec)
    const run = ++this.#runs
    this.#helping.set(helper, { task, run, sinceSec: atSec })
    this.#queue.add(atSec + sec, { kind: 'done', runner: { helper }, run })
  }

  #pay(sec: number): void {
    spend(this.#budget, sec / 3600)
    this.#helperWork += sec * HELPER_SPEED
  }
}
