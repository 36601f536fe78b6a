import {
  type Address,
  bps,
  type DealId,
  type Hex32,
  type ResultDigest,
  type Seconds,
  type TaskId,
  type UnixSeconds,
  wei,
  ZERO_ADDRESS,
  ZERO_HEX32,
} from '@millrace/base'
import {
  type BatchPart,
  type BatchWorker,
  batchRoot,
  commitmentOf,
  coveredOdds,
  type DealTerms,
  groupOdds,
  hashDeal,
  hashTask,
  headOf,
  isCredible,
  type Odds,
  PLAIN,
  WAD,
  workerOdds,
} from '@millrace/protocol'
import type { PoolEvent, WorkerStanding } from '@millrace/scheduler'
import { fakeSignature } from './fakeSignature.ts'

/** How a transaction ended; what cannot be is said by the code of the contract's error. */
export type Outcome = { ok: true } | { ok: false; code: string }

export type SimDeal = { terms: DealTerms; settled: Map<number, ResultDigest>; isClosed: boolean }

const BAN_SEC = 600

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
  #batches = new Map<number, { root: Hex32; committedAt: number } | 'settled'>()
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
  }

  standingOf(worker: Address, nowSec: number): WorkerStanding {
    const found = this.standings.get(worker)
    if (found === undefined) return UNBONDED
    return { ...found, mayVote: found.votesFrom <= nowSec }
  }

  openDeal({
    volume,
    minOdds,
    nowSec,
    deadlineSec,
  }: {
    volume: number
    minOdds: Odds
    nowSec: number
    deadlineSec: number
  }): PoolEvent {
    const terms: DealTerms = {
      requestHash: `0x${(++this.#salt).toString(16).padStart(64, '0')}` as Hex32,
      bag: ZERO_HEX32,
      requester: ZERO_ADDRESS,
      beneficiary: ZERO_ADDRESS,
      callback: ZERO_ADDRESS,
      app: ZERO_ADDRESS,
      appOwner: ZERO_ADDRESS,
      dataset: ZERO_ADDRESS,
      datasetOwner: ZERO_ADDRESS,
      pool: this.pool,
      poolOwner: ZERO_ADDRESS,
      appPrice: wei(0n),
      datasetPrice: wei(0n),
      poolPrice: wei(1000n),
      poolStake: wei(100n),
      minOdds,
      firstIndex: 0n,
      fuel: 1_000_000n,
      volume,
      memoryMiB: 64,
      diskMiB: 64,
      wallSec: 60,
      bagCodec: 0x55,
      openedAt: nowSec as UnixSeconds,
      expiresAt: (nowSec + deadlineSec) as UnixSeconds,
      settleWindowSec: 3600 as Seconds,
      maturitySec: 0 as Seconds,
      workerShareBps: bps(9000),
      saboteurBps: this.saboteurBps,
      ...PLAIN.terms,
    }
    this.deals.set(hashDeal(terms), { terms, settled: new Map(), isClosed: false })
    return { kind: 'dealOpened', terms }
  }

  commitBatch(nonce: number, root: Hex32, nowSec: number): Outcome & { events?: PoolEvent[] } {
    if (this.#batches.has(nonce)) return { ok: false, code: 'NONCE_USED' }
    this.#batches.set(nonce, { root, committedAt: nowSec })
    return { ok: true, events: [{ kind: 'batchCommitted', nonce, root, committedAt: nowSec }] }
  }

  settleBatch(
    { nonce, parts, workers }: { nonce: number; parts: BatchPart[]; workers: BatchWorker[] },
    nowSec: number,
  ): Outcome & { events?: PoolEvent[] } {
    const batch = this.#batches.get(nonce)
    if (batch === undefined || batch === 'settled')
      return { ok: false, code: 'BATCH_NOT_COMMITTED' }
    const slots = this.#slots(parts)
    const votes = slots.map(() => new Map<ResultDigest, { odds: Odds[]; workers: Address[] }>())
    const seals: { worker: Address; head: Hex32 }[] = []
    const highest = slots.reduce((most, { terms: { poolPrice } }) => {
      return poolPrice > most ? poolPrice : most
    }, 0n)
    for (const part of workers) {
      const earned = this.#oddsAt(part.worker, batch.committedAt)
      const bond = this.standings.get(part.worker)?.bond ?? 0n
      const covered = coveredOdds(bond, BigInt(part.votes.length) * highest)
      const odds = earned !== undefined && earned > covered ? covered : earned
      if (odds === undefined) return { ok: false, code: 'WORKER_BANNED' }
      const commitments = part.votes.map(({ slot, variant }) => {
        const { taskId, digests } = slots[slot] as (typeof slots)[number]
        const digest = digests[variant] as ResultDigest
        const group = votes[slot]?.get(digest) ?? { odds: [], workers: [] }
        votes[slot]?.set(digest, group)
        group.odds.push(odds)
        group.workers.push(part.worker)
        const { worker, seed } = part
        return { taskId, commitment: commitmentOf({ taskId, worker, digest, seed }) }
      })
      const head = headOf(commitments)
      if (part.signature !== fakeSignature(part.worker, nonce, head))
        return { ok: false, code: 'BAD_SEAL' }
      seals.push({ worker: part.worker, head })
    }
    if (batchRoot(seals) !== batch.root) return { ok: false, code: 'ROOT_MISMATCH' }
    const winners = slots.map((slot, i) => decide(slot.terms.minOdds, votes[i] ?? new Map()))
    if (winners.includes(undefined)) return { ok: false, code: 'NOT_CREDIBLE' }
    const refusal = this.#refusal(slots, batch.committedAt)
    if (refusal !== undefined) return { ok: false, code: refusal }
    const decided = winners as NonNullable<(typeof winners)[number]>[]
    const changed = this.#judge(votes, decided, nowSec)
    this.#batches.set(nonce, 'settled')
    const events = this.#pay(nonce, slots, decided)
    return { ok: true, events: [...events, ...changed] }
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

  #slots(parts: BatchPart[]) {
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
      if (deal.settled.has(index)) return 'TASK_ALREADY_SETTLED'
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
    winners: { digest: ResultDigest; workers: Address[] }[],
    nowSec: number,
  ): PoolEvent[] {
    const faulty = new Set<Address>()
    const passed = new Map<Address, number>()
    const groups = votes.flatMap((task, slot) => {
      return [...task].map(([digest, { workers }]) => {
        return { workers, hasWon: digest === winners[slot]?.digest }
      })
    })
    for (const { workers, hasWon } of groups)
      for (const worker of workers)
        if (!hasWon) faulty.add(worker)
        else if (workers.length > 1) passed.set(worker, (passed.get(worker) ?? 0) + 1)
    for (const worker of faulty) this.#punish(worker, nowSec)
    for (const [worker, count] of passed) {
      const standing = this.standings.get(worker)
      if (standing !== undefined && !faulty.has(worker)) standing.checks += count
    }
    const touched = new Set([...faulty, ...passed.keys()])
    return [...touched].map((worker) => ({ kind: 'standingChanged', worker }))
  }

  #punish(worker: Address, nowSec: number): void {
    const standing = this.standings.get(worker)
    if (standing === undefined) return
    standing.checks = 0
    standing.faults++
    standing.faultAt = nowSec
    standing.bannedUntil = nowSec + BAN_SEC
    standing.votesFrom = standing.bannedUntil
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
      this.deals.get(dealId)?.settled.set(index, winner.digest)
      indices.set(dealId, [...(indices.get(dealId) ?? []), index])
    }
    const settled = [...indices].map<PoolEvent>(([dealId, own]) => {
      return { kind: 'tasksSettled', dealId, nonce, indices: own }
    })
    return [...settled, { kind: 'batchSettled', nonce }]
  }
}

function decide(
  minOdds: Odds,
  groups: Map<ResultDigest, { odds: Odds[]; workers: Address[] }>,
): { digest: ResultDigest; workers: Address[] } | undefined {
  const counted = [...groups].map(([digest, { odds, workers }]) => {
    return { digest, workers, odds: groupOdds(odds) }
  })
  const best = counted.reduce((a, b) => (b.odds > a.odds ? b : a))
  const others = counted.filter((group) => group !== best).map(({ odds }) => odds)
  return isCredible(best.odds, others, minOdds) ? best : undefined
}
