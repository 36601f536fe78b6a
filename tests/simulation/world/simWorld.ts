import { type Address, type Random, type ResultDigest, seededRandom } from '@millrace/base'
import { hashTask, type Odds } from '@millrace/protocol'
import {
  createState,
  DEFAULT_POLICY,
  type Effect,
  type PoolEvent,
  type PoolPolicy,
  type PoolState,
  type Reaction,
  react,
  resume,
  type SessionMessage,
  type TransactionKind,
} from '@millrace/scheduler'
import { checkInvariants } from './invariants.ts'
import { isOver, type Outcome, REVEAL_WINDOW_SEC, SimChain } from './simChain.ts'
import { createSimDisk, type SimDisk } from './simDisk.ts'
import { SETTLE_WINDOW_SEC } from './simTerms.ts'
import { HONEST, rightDigest, SimWorker, type Vices } from './simWorker.ts'
import { between, chance, createTimeline, type Timeline } from './timeline.ts'
import type { WorldOptions } from './worldOptions.ts'

const START_MS = 1_800_000_000_000
const POOL = `0x${'ab'.repeat(20)}` as Address
const RETRYABLE = 'NETWORK'

type Transaction = Extract<Effect, { kind: TransactionKind }>
type Link = { worker: SimWorker; epoch: number; isUp: boolean }

/**
 * The real core of a pool in a made-up world: time, network, storage, chain and workers are simulated,
 * everything random comes from one seed. What a crash of the pool loses is what a crash loses: all
 * facts and effects that had not become durable.
 */
export class SimWorld {
  readonly options: WorldOptions
  readonly timeline: Timeline
  readonly random: Random
  readonly chain: SimChain
  readonly workers = new Map<Address, SimWorker>()
  readonly storage = new Map<string, ResultDigest>()
  readonly policy: PoolPolicy
  state: PoolState
  /** Told what the pool logs. */
  onLog: (line: Extract<Effect, { kind: 'log' }>) => void = () => {}
  turns = 0
  restarts = 0
  #links = new Map<Address, Link>()
  readonly disk: SimDisk
  #isPoolUp = true
  #life = 0
  #inbox: PoolEvent[] = []
  #isTurnDue = false
  #mempool = new Set<string>()
  #chainLog: PoolEvent[] = []
  /** Events the pool's durable cursor has passed. */
  #chainAt = 0

  constructor(options: WorldOptions) {
    this.options = options
    this.timeline = createTimeline(START_MS)
    this.random = seededRandom(options.seed)
    this.chain = new SimChain(POOL, options.saboteurBps ?? 2000)
    this.policy = { ...DEFAULT_POLICY, ...options.policy }
    this.state = createState(POOL)
    this.disk = createSimDisk(this.state)
    let number = 0
    for (const { count, vices, slots } of options.workers)
      for (let i = 0; i < count; i++) this.#addWorker(++number, { ...HONEST, ...vices }, slots ?? 2)
    this.#emit({ kind: 'caughtUp' })
    if (options.poolCrashMs !== undefined) this.#crashPoolSometimes(options.poolCrashMs)
  }

  get nowSec(): number {
    return Math.floor(this.timeline.nowMs() / 1000)
  }

  openDeal(options: { volume: number; minOdds: Odds; deadlineSec?: number }): void {
    const deadlineSec = options.deadlineSec ?? 36_000
    this.#mine([this.chain.openDeal({ ...options, deadlineSec, nowSec: this.nowSec })])
  }

  /** Runs until all deals are over, and a little longer for what is still in the air. */
  run({ maxSec }: { maxSec: number }): void {
    const untilMs = START_MS + maxSec * 1000
    const areOver = (): boolean =>
      this.chain.deals.size > 0 && this.#isPoolUp && [...this.chain.deals.values()].every(isOver)
    this.timeline.run({ untilMs, isDone: areOver })
    const endMs = this.timeline.nowMs() + 5000
    this.timeline.run({ untilMs: endMs, isDone: () => false })
  }

  // ---- workers and their connections

  #addWorker(number: number, vices: Vices, slots: number): void {
    const { options, timeline, random, storage } = this
    const address = `0x${number.toString(16).padStart(40, '0')}` as Address
    this.chain.bond(address)
    const worker = new SimWorker({
      address,
      owner: address,
      pool: POOL,
      slots,
      taskMs: options.taskMs ?? [50, 500],
      vices,
      timeline,
      random,
      storage,
      send: (message) => this.#toPool(address, message),
      guard: (forced) => {
        timeline.after(REVEAL_WINDOW_SEC * 500, () =>
          this.#mine(this.chain.forceReveal({ ...forced, worker: address }, this.nowSec)),
        )
        timeline.after((SETTLE_WINDOW_SEC + 60) * 1000, () =>
          this.#mine(this.chain.forfeit(forced.nonce, this.nowSec)),
        )
      },
    })
    this.workers.set(address, worker)
    this.#links.set(address, { worker, epoch: 0, isUp: false })
    timeline.after(between(random, 0, 200), () => this.#connect(address))
    if (options.workerCrashMs !== undefined) this.#crashSometimes(address, options.workerCrashMs)
  }

  /** The worker leaves for ever. */
  remove(address: Address): void {
    const link = this.#links.get(address)
    link?.worker.crash()
    this.#disconnect(address)
    this.#links.delete(address)
  }

  #connect(address: Address): void {
    const link = this.#links.get(address)
    if (link === undefined || link.isUp) return
    if (!this.#isPoolUp) {
      this.timeline.after(between(this.random, 100, 1000), () => this.#connect(address))
      return
    }
    link.isUp = true
    link.epoch++
    const { owner, slots } = link.worker.deps
    this.#emit({ kind: 'sessionOpened', worker: address, owner })
    const advertisement = {
      slots,
      memoryMiB: 1024,
      diskMiB: 1024,
      fuelPerSec: 1e9,
      arch: 'sim',
      runtimes: ['wasm'],
      layers: [],
    }
    this.#toPool(address, { type: 'advertise', advertisement, executions: link.worker.executions })
    this.#heartbeat(address, link.epoch)
    if (this.options.disconnectMs === undefined) return
    this.timeline.after(between(this.random, 1, 2 * this.options.disconnectMs), () => {
      if (this.#links.get(address)?.epoch === link.epoch) this.#disconnect(address)
    })
  }

  #heartbeat(address: Address, epoch: number): void {
    this.timeline.after(this.policy.heartbeatMs, () => {
      const link = this.#links.get(address)
      if (link?.epoch !== epoch || !link.isUp) return
      this.#toPool(address, { type: 'heartbeat', running: [], freeSlots: 0 })
      this.#heartbeat(address, epoch)
    })
  }

  /** What was on its way in either direction is lost. */
  #disconnect(address: Address): void {
    const link = this.#links.get(address)
    if (link === undefined || !link.isUp) return
    link.isUp = false
    link.epoch++
    if (this.#isPoolUp) this.#emit({ kind: 'sessionClosed', worker: address })
    this.timeline.after(between(this.random, 50, 3000), () => this.#connect(address))
  }

  #crashSometimes(address: Address, meanMs: number): void {
    this.timeline.after(between(this.random, 1, 2 * meanMs), () => {
      const link = this.#links.get(address)
      if (link === undefined) return
      link.worker.crash()
      this.#disconnect(address)
      link.worker.restart()
      this.#crashSometimes(address, meanMs)
    })
  }

  #toPool(worker: Address, message: SessionMessage): void {
    const link = this.#links.get(worker)
    if (link?.isUp !== true) return
    const { epoch } = link
    this.#inOrder(`up ${worker} ${epoch}`, () => {
      if (this.#links.get(worker)?.epoch === epoch && this.#isPoolUp)
        this.#emit({ kind: 'message', worker, message })
    })
  }

  #lastMs = new Map<string, number>()
  /** Delivers after a random delay, never before what was sent earlier the same way. */
  #inOrder(way: string, deliver: () => void): void {
    const atMs = Math.max(
      (this.#lastMs.get(way) ?? 0) + 0.001,
      this.timeline.nowMs() + between(this.random, 1, 20),
    )
    this.#lastMs.set(way, atMs)
    this.timeline.after(atMs - this.timeline.nowMs(), deliver)
  }

  // ---- the pool's process

  #emit(event: PoolEvent): void {
    this.#inbox.push(event)
    if (this.#isTurnDue) return
    this.#isTurnDue = true
    const life = this.#life
    this.timeline.after(1, () => {
      if (life === this.#life && this.#isPoolUp) this.#takeTurn()
    })
  }

  #takeTurn(): void {
    this.#isTurnDue = false
    this.turns++
    const { policy, random } = this
    const events = this.#inbox.splice(0)
    const nowMs = this.timeline.nowMs()
    const reaction = react(this.state, events, { nowMs, policy, random })
    checkInvariants(this.state)
    this.#carryOut(reaction)
    this.#setAlarm()
  }

  /** Group commit: the facts are durable a moment later, and only then anything can be seen. */
  #carryOut({ facts, effects }: Reaction): void {
    const life = this.#life
    const chainAt = this.#chainLog.length
    if (facts.length === 0 && effects.length === 0) return
    this.#inOrder(`disk ${life}`, () => {
      if (life !== this.#life) return
      if (facts.length > 0) {
        this.disk.append(facts)
        this.#chainAt = Math.max(this.#chainAt, chainAt)
      }
      for (const effect of effects) this.#doEffect(effect)
    })
  }

  #alarmMs = 0
  #setAlarm(): void {
    const atMs = this.state.live.timers.nextMs()
    if (atMs === undefined) return
    const life = this.#life
    if (this.#alarmMs === atMs) return
    this.#alarmMs = atMs
    this.timeline.after(Math.max(1, atMs - this.timeline.nowMs()), () => {
      if (life === this.#life && this.#isPoolUp) this.#emit({ kind: 'tick' })
    })
  }

  #crashPoolSometimes(meanMs: number): void {
    this.timeline.after(between(this.random, 1, 2 * meanMs), () => {
      this.killPool()
      this.#crashPoolSometimes(meanMs)
    })
  }

  /** kill -9, and a start from the journal some time later. */
  killPool(): void {
    if (!this.#isPoolUp) return
    this.#life++
    this.#isPoolUp = false
    this.#isTurnDue = false
    this.#inbox = []
    this.#alarmMs = 0
    for (const address of this.#links.keys()) this.#disconnect(address)
    this.timeline.after(between(this.random, 100, 4000), () => this.#startPool())
  }

  #startPool(): void {
    this.restarts++
    this.#isPoolUp = true
    this.state = this.disk.replay()
    if (chance(this.random, 0.5)) this.disk.snapshot(this.state)
    const { policy, random } = this
    this.#carryOut(resume(this.state, { nowMs: this.timeline.nowMs(), policy, random }))
    this.#setAlarm()
    for (const event of this.#chainLog.slice(this.#chainAt)) this.#emit(event)
    this.#emit({ kind: 'caughtUp' })
  }

  // ---- effects

  #doEffect(effect: Effect): void {
    const { kind } = effect
    if (kind === 'send') this.#send(effect)
    else if (kind === 'closeSession') this.#disconnect(effect.worker)
    else if (kind === 'readStanding') this.#later(() => this.#readStanding(effect.worker))
    else if (kind === 'checkResult') this.#later(() => this.#checkResult(effect))
    else if (kind === 'readRevealEnd') this.#later(() => this.#readRevealEnd(effect))
    else if (kind === 'log') this.onLog(effect)
    else this.#transact(effect, () => this.#call(effect))
  }

  #call(effect: Transaction): Outcome & { events?: PoolEvent[] } {
    const { chain, nowSec } = this
    if (effect.kind === 'commitBatch') return chain.commitBatch(effect.nonce, effect.root, nowSec)
    if (effect.kind === 'settleBatch') return chain.settleBatch(effect, nowSec)
    return chain.settleTrusted(effect, nowSec)
  }

  #readStanding(worker: Address): void {
    const standing = this.chain.standingOf(worker, this.nowSec)
    this.#emit({ kind: 'standing', worker, standing })
  }

  #readRevealEnd({ nonce, committedAt }: Extract<Effect, { kind: 'readRevealEnd' }>): void {
    this.#emit({ kind: 'revealEnd', nonce, endsAt: committedAt + REVEAL_WINDOW_SEC })
  }

  #send({ worker, messages }: Extract<Effect, { kind: 'send' }>): void {
    const link = this.#links.get(worker)
    if (link?.isUp !== true) return
    const { epoch } = link
    for (const message of messages)
      this.#inOrder(`down ${worker} ${epoch}`, () => {
        if (this.#links.get(worker)?.epoch === epoch) link.worker.receive(message)
      })
  }

  #checkResult(effect: Extract<Effect, { kind: 'checkResult' }>): void {
    const { taskId, worker, cid, digest } = effect
    const isRight = this.storage.get(cid) === digest
    const outcome = isRight
      ? ({ isRight } as const)
      : ({ isRight, cause: 'other bytes than agreed' } as const)
    this.#emit({ kind: 'resultChecked', taskId, worker, cid, digest, outcome })
  }

  #later(act: () => void): void {
    const life = this.#life
    this.timeline.after(between(this.random, 1, 30), () => {
      if (life === this.#life && this.#isPoolUp) act()
    })
  }

  /** The outbox of a pool outlives it; some calls fail on the way and are sent again. */
  #transact(
    { kind: transaction, nonce }: Transaction,
    call: () => Outcome & { events?: PoolEvent[] },
  ): void {
    const key = `${transaction} ${nonce}`
    if (transaction === 'settleBatch' && nonce <= (this.options.dropsUpTo ?? 0)) return
    const life = this.#life
    const fail = (code: string): void => {
      if (life !== this.#life || !this.#isPoolUp) return
      const isFinal = code !== RETRYABLE
      this.#emit({ kind: 'transactionFailed', transaction, nonce, code, message: key, isFinal })
    }
    if (chance(this.random, 0.02)) {
      fail(RETRYABLE)
      return
    }
    if (this.#mempool.has(key)) return
    this.#mempool.add(key)
    this.timeline.after(between(this.random, 20, 120), () => {
      const outcome = call()
      if (outcome.ok) this.#mine(outcome.events ?? [])
      else {
        this.#mempool.delete(key)
        fail(outcome.code)
      }
    })
  }

  #mine(events: PoolEvent[]): void {
    this.#chainLog.push(...events)
    if (!this.#isPoolUp) return
    for (const event of events) this.#emit(event)
  }

  /** Results settled by vote that are not the right ones. */
  get wrongResults(): number {
    let wrong = 0
    for (const [dealId, { settled, terms }] of this.chain.deals)
      if (terms.minOdds > 0n)
        for (const [index, digest] of settled)
          if (digest !== rightDigest(hashTask(dealId, index))) wrong++
    return wrong
  }

  get spoiledTasks(): number {
    return [...this.chain.deals.values()].reduce((sum, { spoiled }) => sum + spoiled.size, 0)
  }

  get settledTasks(): number {
    return [...this.chain.deals.values()].reduce((sum, { settled }) => sum + settled.size, 0)
  }
}
