import {
  type Address,
  type DealId,
  type ResultDigest,
  seededRandom,
  type TaskId,
} from '@millrace/base'
import { type DealTerms, hashDeal } from '@millrace/protocol'
import {
  createState,
  DEFAULT_POLICY,
  type Effect,
  type PoolEvent,
  type PoolPolicy,
  react,
  type SessionMessage,
  type WorkerStanding,
} from '@millrace/scheduler'
import { BONDED, POOL, START_MS, workerAt } from '../../services/scheduler/src/testing/corePool.ts'
import { EchoWorker, rightDigest } from './echoWorker.ts'

const TURN_MS = 10
/** Nobody sends heartbeats here. */
const PATIENT = { goneMs: 1e9 }
const SLOTS = 4

export const advertiseOf = (slots: number): SessionMessage => ({
  type: 'advertise',
  advertisement: {
    slots,
    memoryMiB: 1024,
    diskMiB: 1024,
    fuelPerSec: 1e9,
    arch: 'bench',
    runtimes: [],
    layers: [],
  },
  executions: [],
})

export type SettleBatch = Extract<Effect, { kind: 'settleBatch' }>

/** What the pool cannot know: what workers answer, and how the chain judges. */
export type World = {
  answerOf(worker: Address, taskId: TaskId): ResultDigest
  standingOf(worker: Address): WorkerStanding
  /** Tasks of the batch that the chain does not take, by slot, and workers whose standing changed. */
  judge(batch: SettleBatch): { spoiled: ReadonlySet<number>; changed: Iterable<Address> }
}

const HONEST_WORLD: World = {
  answerOf: (_, taskId) => rightDigest(taskId),
  standingOf: () => BONDED,
  judge: () => ({ spoiled: new Set(), changed: [] }),
}

export type CorePoolOptions = {
  workers: number
  /** Of each worker. */
  slots?: number
  policy?: Partial<PoolPolicy>
  world?: World
}

/**
 * The core of a pool with workers that answer at once and a chain that takes everything unless the world
 * says otherwise: all that costs time in here is `react`, and only that is counted.
 */
export class CorePool {
  readonly state = createState(POOL)
  readonly #workers = new Map<Address, EchoWorker>()
  readonly #random = seededRandom(1)
  readonly #policy: PoolPolicy
  readonly #dealIds = new Map<DealTerms, DealId>()
  #nowMs = START_MS
  #inbox: PoolEvent[] = [{ kind: 'caughtUp' }]
  /** Processor time spent in `react` so far, the collector's included: other processes do not count. */
  reactMs = 0
  settled = 0
  spoiled = 0
  turns = 0
  /** Assignments given out: replicas. */
  assigned = 0
  readonly #world: World
  readonly #slots: number

  constructor({ workers, slots = SLOTS, policy = {}, world = HONEST_WORLD }: CorePoolOptions) {
    this.#world = world
    this.#slots = slots
    this.#policy = { ...DEFAULT_POLICY, ...PATIENT, ...policy }
    for (let n = 1; n <= workers; n++) this.#join(workerAt(n))
    this.turn()
  }

  open(terms: DealTerms): void {
    this.#inbox.push({ kind: 'dealOpened', terms })
  }

  /** Everything that has come in since the last turn, and what follows from it. */
  turn(): void {
    const events = this.#inbox
    this.#inbox = []
    this.#nowMs += TURN_MS
    const before = process.cpuUsage()
    const { effects } = react(this.state, events, {
      nowMs: this.#nowMs,
      policy: this.#policy,
      random: this.#random,
    })
    const { user, system } = process.cpuUsage(before)
    this.reactMs += (user + system) / 1000
    this.turns++
    for (const effect of effects) this.#carryOut(effect)
  }

  /** Turns until so many tasks are settled or spoiled. */
  runUntil(settled: number): void {
    const most = this.turns + 1_000_000
    while (this.settled + this.spoiled < settled) {
      if (this.turns > most) throw new Error(`stuck at ${this.settled} of ${settled} tasks`)
      this.turn()
    }
  }

  /** Hashing terms is the chain's work here. */
  #dealIdOf(terms: DealTerms): DealId {
    const known = this.#dealIds.get(terms) ?? hashDeal(terms)
    this.#dealIds.set(terms, known)
    return known
  }

  #join(worker: Address): void {
    const send = (message: SessionMessage): void => {
      this.#inbox.push({ kind: 'message', worker, message })
    }
    this.#workers.set(
      worker,
      new EchoWorker(worker, send, (taskId) => this.#world.answerOf(worker, taskId)),
    )
    this.#inbox.push(
      { kind: 'sessionOpened', worker, owner: worker },
      { kind: 'message', worker, message: advertiseOf(this.#slots) },
    )
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        for (const message of effect.messages) {
          if (message.type === 'assignments') this.assigned += message.items.length
          this.#workers.get(effect.worker)?.receive(message)
        }
        return
      case 'readStanding':
        this.#readStanding(effect.worker)
        return
      case 'checkResult': {
        const { taskId, worker, cid, digest } = effect
        const outcome = { isRight: true } as const
        this.#inbox.push({ kind: 'resultChecked', taskId, worker, cid, digest, outcome })
        return
      }
      case 'commitBatch': {
        const committedAt = Math.floor(this.#nowMs / 1000)
        const { nonce, root } = effect
        this.#inbox.push({ kind: 'batchCommitted', nonce, root, committedAt })
        return
      }
      case 'settleBatch':
        this.#settle(effect, this.#world.judge(effect))
        return
      case 'settleTrusted':
        this.#settle(effect, { spoiled: new Set(), changed: [] })
        return
      case 'log':
        if (effect.level === 'error') throw new Error(effect.message)
        return
      default:
        throw new Error(`the bench does not expect ${effect.kind}`)
    }
  }

  #readStanding(worker: Address): void {
    const standing = { ...this.#world.standingOf(worker) }
    this.#inbox.push({ kind: 'standing', worker, standing })
  }

  #settle(
    { nonce, parts }: Extract<Effect, { kind: 'settleBatch' | 'settleTrusted' }>,
    { spoiled, changed }: ReturnType<World['judge']>,
  ): void {
    let slot = 0
    for (const { terms, tasks } of parts) {
      const dealId = this.#dealIdOf(terms)
      const lost = tasks.filter((_, i) => spoiled.has(slot + i)).map(({ index }) => index)
      const indices = tasks.filter((_, i) => !spoiled.has(slot + i)).map(({ index }) => index)
      this.#inbox.push({ kind: 'tasksSettled', dealId, nonce, indices })
      if (lost.length > 0) this.#inbox.push({ kind: 'tasksSpoiled', dealId, indices: lost })
      this.settled += indices.length
      this.spoiled += lost.length
      slot += tasks.length
    }
    this.#inbox.push({ kind: 'batchSettled', nonce })
    for (const worker of changed) this.#inbox.push({ kind: 'standingChanged', worker })
  }
}
