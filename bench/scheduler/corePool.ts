import { type Address, type DealId, seededRandom } from '@millrace/base'
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
import { EchoWorker } from './echoWorker.ts'
import { addressAt, POOL, START_MS } from './terms.ts'

const TURN_MS = 10
/** Nobody sends heartbeats here. */
const PATIENT = { goneMs: 1e9 }
const SLOTS = 4

const BONDED: WorkerStanding = {
  bond: 10n ** 18n,
  exposure: 0n,
  checks: 0,
  faults: 0,
  bannedUntil: 0,
  unbondAt: 0,
  mayVote: true,
}

const ADVERTISE: SessionMessage = {
  type: 'advertise',
  advertisement: {
    slots: SLOTS,
    memoryMiB: 1024,
    diskMiB: 1024,
    fuelPerSec: 1e9,
    arch: 'bench',
    runtimes: [],
    layers: [],
  },
  executions: [],
}

/**
 * The core of a pool with workers that answer at once and a chain that takes everything: all that costs
 * time in here is `react`, and only that is counted.
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
  turns = 0

  constructor(workers: number, policy: Partial<PoolPolicy> = {}) {
    this.#policy = { ...DEFAULT_POLICY, ...PATIENT, ...policy }
    for (let n = 1; n <= workers; n++) this.#join(addressAt(n))
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

  /** Turns until so many tasks are settled. */
  runUntil(settled: number): void {
    const most = this.turns + 1_000_000
    while (this.settled < settled) {
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
    this.#workers.set(worker, new EchoWorker(worker, send))
    this.#inbox.push(
      { kind: 'sessionOpened', worker, owner: worker },
      { kind: 'message', worker, message: ADVERTISE },
    )
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        for (const message of effect.messages) this.#workers.get(effect.worker)?.receive(message)
        return
      case 'readStanding':
        this.#inbox.push({ kind: 'standing', worker: effect.worker, standing: BONDED })
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
      case 'settleTrusted':
        this.#settle(effect)
        return
      case 'log':
        if (effect.level === 'error') throw new Error(effect.message)
        return
      default:
        throw new Error(`the bench does not expect ${effect.kind}`)
    }
  }

  #settle({ nonce, parts }: Extract<Effect, { kind: 'settleBatch' | 'settleTrusted' }>): void {
    for (const { terms, tasks } of parts) {
      const indices = tasks.map(({ index }) => index)
      this.#inbox.push({ kind: 'tasksSettled', dealId: this.#dealIdOf(terms), nonce, indices })
      this.settled += indices.length
    }
    this.#inbox.push({ kind: 'batchSettled', nonce })
  }
}
