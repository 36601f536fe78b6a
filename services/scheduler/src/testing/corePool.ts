import {
  type Address,
  type Hex32,
  type Random,
  type ResultDigest,
  seededRandom,
  type TaskId,
  unixSeconds,
} from '@millrace/base'
import { commitmentOf, type DealTerms, headOf, tagOf } from '@millrace/protocol'
import { plainTerms } from '@millrace/testing/terms'
import type { Advertisement } from '@millrace/wire'
import type { Effect, UnsignedMessage } from '../core/effects.ts'
import type { PoolEvent, SessionMessage } from '../core/events.ts'
import type { Fact } from '../core/facts.ts'
import type { WorkerStanding } from '../core/live.ts'
import { DEFAULT_POLICY, type PoolPolicy } from '../core/policy.ts'
import { react } from '../core/react.ts'
import { createState, type PoolState } from '../core/state.ts'

export const POOL = `0x${'ab'.repeat(20)}` as Address
export const START_MS = 1_800_000_000_000

export const BONDED: WorkerStanding = {
  bond: 10n ** 18n,
  exposure: 0n,
  checks: 0,
  faults: 0,
  bannedUntil: 0,
  unbondAt: 0,
  mayVote: true,
}

/** The nth worker's address. */
export function workerAt(n: number): Address {
  return `0x${n.toString(16).padStart(40, '0')}` as Address
}

/** Terms of a deal of this pool; each with another salt is another deal. */
export function aDeal({
  salt = 1,
  ...change
}: Partial<DealTerms> & { salt?: number } = {}): DealTerms {
  const openedAt = Math.floor(START_MS / 1000)
  return plainTerms({ openedAt, deadlineSec: 3600, salt }, { pool: POOL, fuel: 1n, ...change })
}

export type JoinOptions = {
  owner?: Address
  standing?: Partial<WorkerStanding>
  advertisement?: Partial<Advertisement>
}

/** The core alone: events in, effects out, time by hand. */
export class CorePool {
  readonly state: PoolState = createState(POOL)
  readonly random: Random
  readonly policy: PoolPolicy
  readonly facts: Fact[] = []
  nowMs = START_MS

  constructor({ seed = 1, policy = {} }: { seed?: number; policy?: Partial<PoolPolicy> } = {}) {
    this.random = seededRandom(seed)
    this.policy = { ...DEFAULT_POLICY, ...policy }
    this.turn({ kind: 'caughtUp' })
  }

  turn(...events: PoolEvent[]): Effect[] {
    const { nowMs, policy, random } = this
    const { facts, effects } = react(this.state, events, { nowMs, policy, random })
    this.facts.push(...facts)
    return effects
  }

  /** Lets time pass, turn by turn as timers fall due. */
  pass(ms: number): Effect[] {
    const endMs = this.nowMs + ms
    const effects: Effect[] = []
    for (;;) {
      const nextMs = this.state.live.timers.nextMs()
      if (nextMs === undefined || nextMs > endMs) break
      this.nowMs = Math.max(this.nowMs, nextMs)
      effects.push(...this.turn({ kind: 'tick' }))
    }
    this.nowMs = endMs
    return effects
  }

  open(terms: DealTerms): Effect[] {
    return this.turn({ kind: 'dealOpened', terms })
  }

  /** A worker comes, bonded and able unless said otherwise. */
  join(n: number, { owner, standing, advertisement }: JoinOptions = {}): Effect[] {
    const worker = workerAt(n)
    const offered = { slots: 1, memoryMiB: 1024, diskMiB: 1024, fuelPerSec: 1e9, arch: 'test' }
    return this.turn(
      { kind: 'sessionOpened', worker, owner: owner ?? worker },
      { kind: 'standing', worker, standing: { ...BONDED, ...standing } },
      {
        kind: 'message',
        worker,
        message: {
          type: 'advertise',
          advertisement: { ...offered, runtimes: [], layers: [], ...advertisement },
          executions: [],
        },
      },
    )
  }

  say(n: number, message: SessionMessage): Effect[] {
    return this.turn({ kind: 'message', worker: workerAt(n), message })
  }

  /** The worker binds itself to a result of a task under the task's batch. */
  commit(n: number, taskId: TaskId, digest: ResultDigest): Effect[] {
    const nonce = BigInt(this.state.tasks.get(taskId)?.nonce ?? 0)
    const commitment = commitmentFor(n, taskId, digest)
    return this.say(n, { type: 'commitments', items: [{ taskId, nonce, commitment }] })
  }

  tag(n: number, taskId: TaskId, digest: ResultDigest): Effect[] {
    return this.say(n, { type: 'tags', items: [{ taskId, tag: tagOf(taskId, digest) }] })
  }

  /** The worker signs for what it is asked to. */
  seal(
    n: number,
    { nonce, tasks }: Extract<UnsignedMessage, { type: 'sealRequest' }>,
    digest: ResultDigest,
  ): Effect[] {
    const head = headOf(
      tasks.map((taskId) => ({ taskId, commitment: commitmentFor(n, taskId, digest) })),
    )
    return this.say(n, { type: 'seal', nonce, head, commitBy: FAR, signature: '0x00' })
  }
}

const FAR = unixSeconds(2 ** 40)

/** A secret seed per worker, the same in every batch: enough for tests. */
export function seedOf(n: number): Hex32 {
  return `0x${n.toString(16).padStart(64, '5')}` as Hex32
}

function commitmentFor(n: number, taskId: TaskId, digest: ResultDigest): Hex32 {
  return commitmentOf({ taskId, worker: workerAt(n), digest, seed: seedOf(n) })
}

/** Messages of one kind to the nth worker. */
export function sentTo<T extends UnsignedMessage['type']>(
  effects: readonly Effect[],
  n: number,
  type: T,
): Extract<UnsignedMessage, { type: T }>[] {
  return effects.flatMap((effect) =>
    effect.kind === 'send' && effect.worker === workerAt(n)
      ? effect.messages.filter(
          (message): message is Extract<UnsignedMessage, { type: T }> => message.type === type,
        )
      : [],
  )
}

export function ofKind<K extends Effect['kind']>(
  effects: readonly Effect[],
  kind: K,
): Extract<Effect, { kind: K }>[] {
  return effects.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind)
}

export const RIGHT = `0x${'11'.repeat(32)}` as ResultDigest
export const WRONG = `0x${'22'.repeat(32)}` as ResultDigest
