import type { Address, DealId, Hex, Hex32, ResultDigest, TaskId } from '@millrace/base'
import {
  type AbsentWorker,
  atStake,
  type BatchPart,
  type BatchWorker,
  batchRoot,
  commitmentOf,
  coveredOdds,
  type DealTerms,
  hashDeal,
  hashTask,
  headOf,
  type Odds,
  WAD,
  workerOdds,
} from '@millrace/protocol'
import type { PoolEvent, WorkerStanding } from '@millrace/scheduler'
import { fakeSignature } from './fakeSignature.ts'
import { SimLedger } from './simLedger.ts'
import { type ForcedReveal, SimReveals } from './simReveals.ts'
import { type DealOptions, SETTLE_WINDOW_SEC, simTerms } from './simTerms.ts'
import { decide, type Votes } from './simVotes.ts'

/** How a transaction ended; what cannot be is said by the code of the contract's error. */
export type Outcome = { ok: true } | { ok: false; code: string }

export type SimDeal = {
  terms: DealTerms
  settled: Map<number, ResultDigest>
  spoiled: Set<number>
  isClosed: boolean
}

export const REVEAL_WINDOW_SEC = 60

/** All tasks of a deal are settled or left for a refund. */
export function isOver({ terms, settled, spoiled }: SimDeal): boolean {
  return settled.size + spoiled.size === terms.volume
}

const BAN_SEC = 600

type Committed = { root: Hex32; committedAt: number }
type Slot = {
  dealId: DealId
  terms: DealTerms
  index: number
  digests: ResultDigest[]
  taskId: TaskId
}

type Settlement = {
  nonce: number
  parts: BatchPart[]
  workers: BatchWorker[]
  absent: AbsentWorker[]
}

/** So little that the batches of a pool have to be made to its measure. */
const BOND = 100_000n

const UNBONDED: WorkerStanding = {
  bond: 0n,
  exposure: 0n,
  checks: 0,
  faults: 0,
  bannedUntil: 0,
  unbondAt: 0,
  mayVote: false,
}

/**
 * The rules of Market, Work and Standing as far as a pool meets them, written with the protocol
 * package: every vote is rebuilt and counted again as the contract does.
 */
export class SimChain {
  readonly deals = new Map<DealId, SimDeal>()
  readonly standings = new Map<Address, WorkerStanding & { faultAt: number; votesFrom: number }>()
  readonly payments = new Map<TaskId, Address[]>()
  readonly ledger = new SimLedger()
  #batches = new Map<number, Committed | 'settled'>()
  readonly reveals = new SimReveals()
  #salt = 0

  readonly pool: Address
  readonly saboteurBps: number

  constructor(pool: Address, saboteurBps: number) {
    this.pool = pool
    this.saboteurBps = saboteurBps
  }

  bond(worker: Address): void {
    const standing = { ...UNBONDED, bond: BOND, mayVote: true }
    this.standings.set(worker, { ...standing, faultAt: 0, votesFrom: 0 })
    this.ledger.move(worker, 'bonds', BOND)
  }

  standingOf(worker: Address, nowSec: number): WorkerStanding {
    const found = this.standings.get(worker)
    if (found === undefined) return UNBONDED
    return { ...found, mayVote: found.votesFrom <= nowSec }
  }

  openDeal(options: Omit<DealOptions, 'pool' | 'salt' | 'saboteurBps'>): PoolEvent {
    const { pool, saboteurBps } = this
    const terms = simTerms({ ...options, pool, saboteurBps, salt: ++this.#salt })
    this.ledger.open(terms)
    this.deals.set(hashDeal(terms), {
      terms,
      settled: new Map(),
      spoiled: new Set(),
      isClosed: false,
    })
    return { kind: 'dealOpened', terms }
  }

  commitBatch(nonce: number, root: Hex32, nowSec: number): Outcome & { events?: PoolEvent[] } {
    if (this.#batches.has(nonce)) return { ok: false, code: 'NONCE_USED' }
    this.#batches.set(nonce, { root, committedAt: nowSec })
    return { ok: true, events: [{ kind: 'batchCommitted', nonce, root, committedAt: nowSec }] }
  }

  settleBatch(settlement: Settlement, nowSec: number): Outcome & { events?: PoolEvent[] } {
    const { nonce, parts, absent } = settlement
    const batch = this.#batches.get(nonce)
    if (batch === undefined || batch === 'settled')
      return { ok: false, code: 'BATCH_NOT_COMMITTED' }
    const slots = this.#slots(parts)
    const votes: Votes[] = slots.map(() => new Map())
    const refusal =
      this.#refuseAbsent(settlement, { batch, nowSec }) ??
      this.#count(settlement, { batch, slots, votes }) ??
      this.#refusal(slots, batch.committedAt)
    if (refusal !== undefined) return { ok: false, code: refusal }
    const winners = slots.map((slot, i) => decide(slot.terms.minOdds, votes[i] ?? new Map()))
    if (winners.every((winner) => winner === undefined) && absent.length === 0)
      return { ok: false, code: 'NOT_CREDIBLE' }
    const changed = this.#judge(votes, winners, nowSec)
    for (const { worker } of absent) this.#punish(worker, { nowSec, to: 'pool' })
    this.#batches.set(nonce, 'settled')
    const spoiled = this.#spoil(slots.filter((_, slot) => winners[slot] === undefined))
    const settled = winners.flatMap((winner, i) => {
      const slot = slots[i]
      return winner === undefined || slot === undefined ? [] : [{ slot, winner }]
    })
    const events = this.#pay(
      nonce,
      settled.map(({ slot }) => slot),
      settled.map(({ winner }) => winner),
    )
    const gone = absent.map(({ worker }): PoolEvent => ({ kind: 'standingChanged', worker }))
    return { ok: true, events: [...spoiled, ...events, ...changed, ...gone] }
  }

  #refuseAbsent(
    { nonce, absent }: Settlement,
    { batch, nowSec }: { batch: Committed; nowSec: number },
  ): string | undefined {
    const isOpen = nowSec <= batch.committedAt + REVEAL_WINDOW_SEC
    if (absent.length > 0 && isOpen) return 'REVEAL_WINDOW_OPEN'
    const hasRevealed = absent.some((each) => this.reveals.has(nonce, each))
    return hasRevealed ? 'REVEALED_ON_CHAIN' : undefined
  }

  /** Rebuilds every commitment and head, and adds up votes with their odds. */
  #count(
    { nonce, workers, absent }: Settlement,
    { batch, slots, votes }: { batch: Committed; slots: Slot[]; votes: Votes[] },
  ): string | undefined {
    const seals: { worker: Address; head: Hex32; signature: Hex }[] = [...absent]
    const highest = slots.reduce((most, { terms }) => {
      return atStake(terms) > most ? atStake(terms) : most
    }, 0n)
    for (const part of workers) {
      const { worker, signature } = part
      const value = BigInt(part.votes.length) * highest
      const odds = this.#weightOf(worker, { committedAt: batch.committedAt, value })
      if (odds === undefined) return 'WORKER_BANNED'
      const commitments = part.votes.map(({ slot, variant }) => {
        const { taskId, digests } = slots[slot] as Slot
        const digest = digests[variant] as ResultDigest
        const group = votes[slot]?.get(digest) ?? { odds: [], workers: [] }
        votes[slot]?.set(digest, group)
        group.odds.push(odds)
        group.workers.push(worker)
        const { seed } = part
        return { taskId, commitment: commitmentOf({ taskId, worker, digest, seed }) }
      })
      seals.push({ worker, head: headOf(commitments), signature })
    }
    if (
      seals.some(({ worker, head, signature }) => signature !== fakeSignature(worker, nonce, head))
    )
      return 'BAD_SEAL'
    if (batchRoot(seals) !== batch.root) return 'ROOT_MISMATCH'
    return votes.some((groups) => groups.size === 0) ? 'NOT_CREDIBLE' : undefined
  }

  #weightOf(
    worker: Address,
    { committedAt, value }: { committedAt: number; value: bigint },
  ): Odds | undefined {
    const earned = this.#oddsAt(worker, committedAt)
    const covered = coveredOdds(this.standings.get(worker)?.bond ?? 0n, value)
    return earned !== undefined && earned > covered ? covered : earned
  }

  /** A worker shows its part of a batch that has not settled, in the reveal window. */
  forceReveal(forced: ForcedReveal, nowSec: number): PoolEvent[] {
    const { nonce, worker, reveal } = forced
    const batch = this.#batches.get(nonce)
    if (batch === undefined || batch === 'settled') return []
    if (nowSec > batch.committedAt + REVEAL_WINDOW_SEC) return []
    this.reveals.note(forced)
    return [{ kind: 'revealForced', worker, nonce, reveal }]
  }

  /** All workers that showed their part of a dropped batch are paid from the stakes of its tasks. */
  forfeit(nonce: number, nowSec: number): PoolEvent[] {
    const batch = this.#batches.get(nonce)
    const isOpen = batch !== 'settled' && nowSec <= (batch?.committedAt ?? 0) + SETTLE_WINDOW_SEC
    if (batch === undefined || batch === 'settled' || isOpen) return []
    this.#batches.set(nonce, 'settled')
    const claimants = this.reveals.claimantsOf(nonce)
    const slots = [...this.deals].flatMap(([dealId, { terms }]) =>
      Array.from({ length: terms.volume }, (_, index) => ({ dealId, index })),
    )
    const named = slots.filter(({ dealId, index }) => claimants.has(hashTask(dealId, index)))
    return this.#spoil(named, claimants)
  }

  settleTrusted(
    {
      nonce,
      parts,
      payees,
    }: { nonce: number; parts: BatchPart[]; payees: { worker: Address; slots: number[] }[] },
    nowSec: number,
  ): Outcome & { events?: PoolEvent[] } {
    if (this.#batches.has(nonce)) return { ok: false, code: 'NONCE_USED' }
    const slots = this.#slots(parts)
    const refusal = this.#refusal(slots, nowSec)
    if (refusal !== undefined) return { ok: false, code: refusal }
    if (slots.some(({ terms }) => terms.minOdds !== 0n))
      return { ok: false, code: 'TRUST_REQUIRED' }
    const covered = payees.flatMap((payee) => payee.slots).sort((a, b) => a - b)
    if (covered.some((slot, i) => slot !== i) || covered.length !== slots.length)
      return { ok: false, code: 'SLOT_NOT_COVERED' }
    this.#batches.set(nonce, 'settled')
    const winners = slots.map(({ digests }, slot) => ({
      digest: digests[0] as ResultDigest,
      workers: payees.filter((payee) => payee.slots.includes(slot)).map(({ worker }) => worker),
    }))
    return { ok: true, events: this.#pay(nonce, slots, winners) }
  }

  #slots(parts: BatchPart[]): Slot[] {
    return parts.flatMap(({ terms, tasks }) => {
      const dealId = hashDeal(terms)
      return tasks.map(({ index, digests }) => {
        return { dealId, terms, index, digests, taskId: hashTask(dealId, index) }
      })
    })
  }

  #refusal(slots: { dealId: DealId; terms: DealTerms; index: number }[], atSec: number) {
    for (const { dealId, index, terms } of slots) {
      const deal = this.deals.get(dealId)
      if (deal === undefined || deal.isClosed) return 'DEAL_CLOSED'
      if (deal.settled.has(index) || deal.spoiled.has(index)) return 'TASK_ALREADY_SETTLED'
      if (atSec > terms.expiresAt) return 'COMMITTED_TOO_LATE'
    }
    return undefined
  }

  #oddsAt(worker: Address, committedAt: number): Odds | undefined {
    const standing = this.standings.get(worker)
    if (standing === undefined) return undefined
    if (standing.votesFrom <= committedAt) return workerOdds(standing.checks, this.saboteurBps)
    return standing.faultAt >= committedAt ? WAD : undefined
  }

  #judge(
    votes: Map<ResultDigest, { workers: Address[] }>[],
    winners: ({ digest: ResultDigest } | undefined)[],
    nowSec: number,
  ): PoolEvent[] {
    const faulty = new Set<Address>()
    const passed = new Map<Address, number>()
    const groups = votes.flatMap((task, slot) => {
      const winner = winners[slot]
      if (winner === undefined) return []
      return [...task].map(([digest, { workers }]) => {
        return { workers, hasWon: digest === winner.digest }
      })
    })
    for (const { workers, hasWon } of groups)
      for (const worker of workers)
        if (!hasWon) faulty.add(worker)
        else if (workers.length > 1) passed.set(worker, (passed.get(worker) ?? 0) + 1)
    for (const worker of faulty) this.#punish(worker, { nowSec, to: 'requester' })
    for (const [worker, count] of passed) {
      const standing = this.standings.get(worker)
      if (standing !== undefined && !faulty.has(worker)) standing.checks += count
    }
    const touched = new Set([...faulty, ...passed.keys()])
    return [...touched].map((worker) => ({ kind: 'standingChanged', worker }))
  }

  #punish(worker: Address, { nowSec, to }: { nowSec: number; to: 'pool' | 'requester' }): void {
    const standing = this.standings.get(worker)
    if (standing === undefined) return
    const slashed = standing.bond / 2n
    standing.bond -= slashed
    this.ledger.move('bonds', to, slashed)
    standing.checks = 0
    standing.faults++
    standing.faultAt = nowSec
    standing.bannedUntil = nowSec + BAN_SEC
    standing.votesFrom = standing.bannedUntil
  }

  #spoil(
    slots: { dealId: DealId; index: number }[],
    claimants: ReadonlyMap<TaskId, Address[]> = new Map(),
  ): PoolEvent[] {
    const indices = new Map<DealId, number[]>()
    for (const { dealId, index } of slots) {
      const deal = this.deals.get(dealId)
      if (deal === undefined || deal.settled.has(index) || deal.spoiled.has(index)) continue
      deal.spoiled.add(index)
      this.ledger.refund(deal.terms, claimants.get(hashTask(dealId, index)))
      indices.set(dealId, [...(indices.get(dealId) ?? []), index])
    }
    return [...indices].map(([dealId, own]) => ({ kind: 'tasksSpoiled', dealId, indices: own }))
  }

  #pay(
    nonce: number,
    slots: { dealId: DealId; index: number; taskId: TaskId }[],
    winners: { digest: ResultDigest; workers: Address[] }[],
  ): PoolEvent[] {
    const indices = new Map<DealId, number[]>()
    for (const [slot, { dealId, index, taskId }] of slots.entries()) {
      const winner = winners[slot]
      if (winner === undefined) throw new RangeError('a slot without a winner')
      if (this.payments.has(taskId)) throw new RangeError(`task ${taskId} is paid twice`)
      this.payments.set(taskId, winner.workers)
      const deal = this.deals.get(dealId)
      deal?.settled.set(index, winner.digest)
      if (deal !== undefined) this.ledger.settle(deal.terms, winner.workers)
      indices.set(dealId, [...(indices.get(dealId) ?? []), index])
    }
    const settled = [...indices].map<PoolEvent>(([dealId, own]) => {
      return { kind: 'tasksSettled', dealId, nonce, indices: own }
    })
    return [...settled, { kind: 'batchSettled', nonce }]
  }
}
