// What the contracts do, said once more without any chain: maps, bigints, and the rules of docs/protocol.
// model.int.ts gives both the same calls and compares what they answer and what is left.
import type { Address, DealId, ResultDigest } from '@millrace/base'
import {
  coveredOdds,
  type DealTerms,
  groupOdds,
  hashDeal,
  isCredible,
  WAD,
  workerOdds,
} from '@millrace/protocol'
import { countLate, endMoney } from './endMoney.ts'
import { newExposure, sumExposure } from './exposure.ts'
import { atStake, priceOf, size, workersPart } from './prices.ts'
import { newStanding, type Standing } from './standing.ts'

export type Account = { free: bigint; locked: bigint; maturing: Map<number, bigint> }
export type Deal = {
  terms: DealTerms
  settled: Map<number, ResultDigest>
  spoiled: Set<number>
  /** Of the settled ones, those committed after they were due. */
  late: number
  dust: bigint
  isOpen: boolean
}
export type Vote = { slot: number; variant: number }
export type Batch = {
  nonce: number
  terms: DealTerms
  tasks: { index: number; digests: ResultDigest[] }[]
  /** Ascending by worker. */
  ballots: { worker: Address; votes: Vote[] }[]
  committedAt: number
  isSettled: boolean
}

export type Model = {
  now: number
  accounts: Map<Address, Account>
  standings: Map<Address, Standing>
  deals: Map<DealId, Deal>
}

/** The Solidity error that refuses a call; undefined when it goes through. */
export type Refusal = string | undefined

const FOREVER = Number.POSITIVE_INFINITY
const MIN_BOND = 10n * WAD
const [UNBOND_SEC, BAN_SEC, SLASH_BPS, STEP_SEC] = [604_800, 604_800, 5000n, 3600]

export function accountOf({ accounts }: Model, address: Address): Account {
  const known = accounts.get(address)
  if (known !== undefined) return known
  const made: Account = { free: 0n, locked: 0n, maturing: new Map() }
  accounts.set(address, made)
  return made
}

export function standingOf({ standings }: Model, worker: Address): Standing {
  const known = standings.get(worker)
  if (known !== undefined) return known
  const made = newStanding()
  standings.set(worker, made)
  return made
}

export function deposit(model: Model, address: Address, amount: bigint): Refusal {
  accountOf(model, address).free += amount
  return undefined
}

export function withdraw(model: Model, address: Address, amount: bigint): Refusal {
  const account = accountOf(model, address)
  if (amount > account.free) return 'InsufficientFree'
  account.free -= amount
  return undefined
}

export function claimMatured(model: Model, address: Address, times: readonly number[]): Refusal {
  const account = accountOf(model, address)
  if (times.some((time) => time > model.now)) return 'NotMatured'
  const sum = times.reduce((total, time) => total + (account.maturing.get(time) ?? 0n), 0n)
  if (sum === 0n) return 'ZeroAmount'
  for (const time of times) account.maturing.delete(time)
  account.free += sum
  return undefined
}

export function bond(model: Model, worker: Address, amount: bigint): Refusal {
  const [standing, account] = [standingOf(model, worker), accountOf(model, worker)]
  if (standing.bond + amount < MIN_BOND) return 'BondTooSmall'
  if (amount > account.free) return 'InsufficientFree'
  account.free -= amount
  account.locked += amount
  standing.bond += amount
  if (standing.votesUntil === 0) standing.votesFrom = Math.max(model.now, standing.bannedUntil)
  standing.votesUntil = FOREVER
  standing.unbondAt = 0
  return undefined
}

export function requestUnbond(model: Model, worker: Address): Refusal {
  const standing = standingOf(model, worker)
  if (standing.bond === 0n) return 'NoBond'
  if (standing.unbondAt !== 0) return 'UnbondingPending'
  standing.unbondAt = model.now + UNBOND_SEC
  if (standing.votesUntil !== 0) standing.votesUntil = model.now
  return undefined
}

export function unbond(model: Model, worker: Address): Refusal {
  const [standing, account] = [standingOf(model, worker), accountOf(model, worker)]
  if (standing.unbondAt === 0) return 'UnbondNotRequested'
  const freeAt = Math.max(standing.unbondAt, ...standing.exposures.map(({ endsAt }) => endsAt))
  if (model.now < freeAt) return 'UnbondingPending'
  account.locked -= standing.bond
  account.free += standing.bond
  Object.assign(standing, { bond: 0n, votesUntil: 0, unbondAt: 0 })
  return undefined
}

export function openDeal(model: Model, terms: DealTerms): Refusal {
  const [requester, pool] = [accountOf(model, terms.requester), accountOf(model, terms.poolOwner)]
  const [cost, stake] = [priceOf(terms) * size(terms), terms.poolStake * size(terms)]
  if (requester.free < cost || pool.free < stake) return 'InsufficientFree'
  requester.free -= cost
  requester.locked += cost
  pool.free -= stake
  pool.locked += stake
  model.deals.set(hashDeal(terms), {
    terms,
    settled: new Map(),
    spoiled: new Set(),
    late: 0,
    dust: 0n,
    isOpen: true,
  })
  return undefined
}

export function settleBatch(model: Model, batch: Batch): Refusal {
  const { terms, committedAt } = batch
  if (committedAt > terms.expiresAt) return 'CommittedTooLate'
  if (model.now > committedAt + terms.settleWindowSec) return 'SettleWindowClosed'
  const voters = batch.ballots.map((ballot) => ({
    ...ballot,
    ...weigh(model, ballot, batch),
  }))
  const refused = voters.find(({ refusal }) => refusal !== undefined)
  if (refused !== undefined) return refused.refusal
  if (batch.isSettled) return 'RootMismatch'
  const winners = batch.tasks.map((_, slot) => winnerOf(batch, voters, slot))
  const results = batch.tasks.flatMap(({ index, digests }, slot) => {
    const winner = winners[slot]
    return winner === undefined ? [] : [{ index, digest: digests[winner] as ResultDigest }]
  })
  const refusal =
    markSettled(model, terms, results, committedAt) ?? markSpoiled(model, batch, winners)
  if (refusal !== undefined) return refusal
  batch.isSettled = true
  payVoters(model, batch, winners)
  endIfComplete(model, terms)
  for (const { worker, votes, isWeightless } of voters) {
    judge(model, terms.requester, { worker, votes, isWeightless }, { batch, winners })
    expose(model, { worker, votes }, { batch, winners })
  }
  return undefined
}

export function settleTrusted(
  model: Model,
  {
    terms,
    first,
    count,
    worker,
  }: { terms: DealTerms; first: number; count: number; worker: Address },
  digestOf: (index: number) => ResultDigest,
): Refusal {
  if (model.now > terms.expiresAt) return 'CommittedTooLate'
  if (terms.minOdds !== 0n) return 'TrustRequired'
  const results = Array.from({ length: count }, (_, i) => ({
    index: first + i,
    digest: digestOf(first + i),
  }))
  const refusal = markSettled(model, terms, results, model.now)
  if (refusal !== undefined) return refusal
  pay(model, terms, worker, workersPart(terms) * BigInt(count))
  endIfComplete(model, terms)
  return undefined
}

export function expireDeal(model: Model, terms: DealTerms): Refusal {
  const deal = dealOf(model, terms)
  if (!deal.isOpen) return 'DealClosed'
  if (model.now <= terms.expiresAt + terms.settleWindowSec) return 'DealNotExpired'
  end(model, deal)
  return undefined
}

type Weight = { odds: bigint; isWeightless: boolean; refusal: Refusal }

/** Whether a worker's vote counts is a matter of the time of the commit. */
function weigh(
  model: Model,
  { worker, votes }: { worker: Address; votes: Vote[] },
  { committedAt, terms }: Batch,
): Weight {
  const standing = standingOf(model, worker)
  const counts = standing.votesFrom <= committedAt && committedAt <= standing.votesUntil
  const exposure = sumExposure(standing.exposures, model.now)
  const value = exposure + atStake(terms) * BigInt(votes.length)
  const earned = workerOdds(standing.checks, terms.saboteurBps)
  const covered = coveredOdds(standing.bond, value)
  const odds = counts ? (earned < covered ? earned : covered) : WAD
  if (counts) return { odds, isWeightless: false, refusal: undefined }
  if (standing.faultAt !== 0 && standing.faultAt >= committedAt)
    return { odds, isWeightless: true, refusal: undefined }
  const refusal =
    standing.bannedUntil > committedAt
      ? 'WorkerBanned'
      : standing.unbondAt !== 0
        ? 'WorkerUnbonding'
        : 'WorkerNotBonded'
  return { odds, isWeightless: false, refusal }
}

function winnerOf(
  { tasks, terms }: Batch,
  voters: readonly { votes: Vote[]; odds: bigint }[],
  slot: number,
): number | undefined {
  const groups = (tasks[slot]?.digests ?? []).map((_, variant) => {
    const members = voters.filter(({ votes }) =>
      votes.some((vote) => vote.slot === slot && vote.variant === variant),
    )
    return members.length === 0 ? 0n : groupOdds(members.map(({ odds }) => odds))
  })
  const best = groups.reduce((top, odds, i) => (odds > (groups[top] as bigint) ? i : top), 0)
  const others = groups.filter((_, i) => i !== best)
  const odds = groups[best] ?? 0n
  return odds > 0n && isCredible(odds, others, terms.minOdds) ? best : undefined
}

function markSettled(
  model: Model,
  terms: DealTerms,
  results: readonly { index: number; digest: ResultDigest }[],
  committedAt: number,
): Refusal {
  const deal = dealOf(model, terms)
  const indexes = results.map(({ index }) => index)
  const late = countLate(terms, indexes, committedAt)
  if (late === undefined) return 'TaskNotStarted'
  if (!deal.isOpen) return 'DealClosed'
  if (results.some(({ index }) => isDone(deal, index))) return 'TaskAlreadySettled'
  for (const { index, digest } of results) deal.settled.set(index, digest)
  deal.late += late
  return undefined
}

const isDone = ({ settled, spoiled }: Deal, index: number): boolean =>
  settled.has(index) || spoiled.has(index)

/** What its votes do not carry is over; if that is all, the batch is refused and nothing has happened. */
function markSpoiled(
  model: Model,
  { terms, tasks }: Batch,
  winners: readonly (number | undefined)[],
): Refusal {
  const deal = dealOf(model, terms)
  const lost = tasks.filter((_, slot) => winners[slot] === undefined)
  if (lost.some(({ index }) => isDone(deal, index))) return 'TaskAlreadySettled'
  if (lost.length === tasks.length) return 'NotCredible'
  for (const { index } of lost) deal.spoiled.add(index)
  return undefined
}

/** What a worker answers for until the end of the 14 days in which its credits mature. */
function expose(
  model: Model,
  { worker, votes }: { worker: Address; votes: Vote[] },
  { batch, winners }: { batch: Batch; winners: readonly (number | undefined)[] },
): void {
  const { terms } = batch
  if (terms.maturitySec === 0) return
  const won = votes.filter(({ slot, variant }) => winners[slot] === variant).length
  const amount = BigInt(won) * atStake(terms)
  if (amount > 0n)
    standingOf(model, worker).exposures.push(newExposure(amount, model.now + terms.maturitySec))
}

function payVoters(
  model: Model,
  { terms, tasks, ballots }: Batch,
  winners: readonly (number | undefined)[],
): void {
  const deal = dealOf(model, terms)
  for (const slot of tasks.keys()) {
    if (winners[slot] === undefined) continue
    const right = ballots.filter(({ votes }) =>
      votes.some((vote) => vote.slot === slot && vote.variant === winners[slot]),
    )
    const share = workersPart(terms) / BigInt(right.length)
    deal.dust += workersPart(terms) - share * BigInt(right.length)
    for (const { worker } of right) pay(model, terms, worker, share)
  }
}

function judge(
  model: Model,
  requester: Address,
  { worker, votes, isWeightless }: { worker: Address; votes: Vote[]; isWeightless: boolean },
  { batch, winners }: { batch: Batch; winners: readonly (number | undefined)[] },
): void {
  const standing = standingOf(model, worker)
  const decided = votes.filter(({ slot }) => winners[slot] !== undefined)
  const wrong = decided.filter(({ slot, variant }) => winners[slot] !== variant).length
  if (wrong === 0) {
    if (isWeightless) return
    const isShared = ({ slot, variant }: Vote): boolean =>
      batch.ballots.some(
        (other) =>
          other.worker !== worker &&
          other.votes.some((vote) => vote.slot === slot && vote.variant === variant),
      )
    standing.checks += decided.filter(isShared).length
    return
  }
  const slashed = (standing.bond * SLASH_BPS) / 10_000n
  standing.bond -= slashed
  accountOf(model, worker).locked -= slashed
  accountOf(model, requester).free += slashed
  standing.checks = 0
  standing.faults += wrong
  standing.faultAt = model.now
  standing.bannedUntil = Math.max(standing.bannedUntil, model.now + BAN_SEC)
  if (standing.bond < MIN_BOND) standing.votesUntil = 0
  else standing.votesFrom = standing.bannedUntil
}

function endIfComplete(model: Model, terms: DealTerms): void {
  const deal = dealOf(model, terms)
  if (deal.settled.size + deal.spoiled.size === terms.volume) end(model, deal)
}

/**
 * Providers get their prices, the requester the rest; the pool's stake goes where the tasks went. Below
 * the promised share, late tasks cost the pool its own part and their stake.
 */
function end(model: Model, deal: Deal): void {
  const { terms, settled, late, dust } = deal
  const done = BigInt(settled.size)
  const { poolPay, back, compensation, stakeKept } = endMoney(terms, settled.size, late)
  deal.isOpen = false
  if (done > 0n) {
    pay(model, terms, terms.appOwner, terms.appPrice * done)
    pay(model, terms, terms.datasetOwner, terms.datasetPrice * done)
    pay(model, terms, terms.poolOwner, poolPay + dust)
  }
  const [requester, pool] = [accountOf(model, terms.requester), accountOf(model, terms.poolOwner)]
  requester.locked -= back
  requester.free += back + compensation
  pool.locked -= compensation
  credit(model, terms, { from: terms.poolOwner, to: terms.poolOwner }, stakeKept)
}

function pay(model: Model, terms: DealTerms, to: Address, amount: bigint): void {
  credit(model, terms, { from: terms.requester, to }, amount)
}

/** Out of a lock, free at once or when the deal's maturity is over. */
function credit(
  model: Model,
  terms: DealTerms,
  { from, to }: { from: Address; to: Address },
  amount: bigint,
): void {
  if (amount === 0n) return
  accountOf(model, from).locked -= amount
  const payee = accountOf(model, to)
  if (terms.maturitySec === 0) {
    payee.free += amount
    return
  }
  const at = Math.ceil((model.now + terms.maturitySec) / STEP_SEC) * STEP_SEC
  payee.maturing.set(at, (payee.maturing.get(at) ?? 0n) + amount)
}

function dealOf(model: Model, terms: DealTerms): Deal {
  const deal = model.deals.get(hashDeal(terms))
  if (deal === undefined) throw new RangeError('a deal that the model does not know')
  return deal
}
