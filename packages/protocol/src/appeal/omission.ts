import type { Address, Hex, Hex32, ResultDigest, TaskId, UnixSeconds } from '@millrace/base'
import { type BatchFacts, sortSeals } from '../batch.ts'
import { saltOf, sealLeaf, type TaskCommitment, taskLeaf } from '../commitment.ts'
import type { DealTerms } from '../deal.ts'
import { hashDeal, hashTask } from '../deal.ts'
import { merkleProof } from '../merkle.ts'
import { appealEvidence, type Settlement, sealsOf } from './evidence.ts'
import type { Inclusion } from './voteProof.ts'

/** What a pool has signed for a worker; `root` is `receiptRoot` of its items. */
export type Receipt = {
  pool: Address
  nonce: bigint
  worker: Address
  root: Hex32
  until: UnixSeconds
}

/** A leaf of a batch root; of a neighbour that is not there everything is zero. */
export type Neighbour = { worker: Address; head: Hex32; place: Inclusion }

/** What `Claims.claimOmission` takes. */
export type OmissionClaim = {
  receipt: Receipt
  signature: Hex
  opening: { digest: ResultDigest; salt: Hex32; place: Inclusion }
  terms: DealTerms
  nonce: bigint
  facts: BatchFacts
  result: { dealId: Hex32; index: number; digest: ResultDigest; votes: number }
  place: Inclusion
  left: Neighbour
  right: Neighbour
}

/** A worker's own side of an omission: its receipt and what it had committed to. */
export type Omitted = {
  receipt: Receipt
  signature: Hex
  /** Of the receipt, in its order. */
  items: readonly TaskCommitment[]
  terms: DealTerms
  index: number
  digest: ResultDigest
  seed: Hex32
}

/**
 * Shows that a settlement has a task without a worker that holds a receipt for it.
 *
 * @returns undefined if the worker is in the batch, the task did not settle in it, or the receipt had ended.
 * @see contracts/src/interfaces/IClaims.sol claimOmission
 */
export function claimOfOmission(
  settlement: Settlement,
  { receipt, signature, items, terms, index, digest, seed }: Omitted,
): OmissionClaim | undefined {
  const taskId = hashTask(hashDeal(terms), index)
  const neighbours = neighboursOf(settlement, receipt.worker)
  const evidence = appealEvidence(settlement, taskId)
  if (neighbours === undefined || evidence === undefined) return undefined
  const { claim } = evidence
  if (claim.facts.committedAt > receipt.until) return undefined
  const opening = { digest, salt: saltOf(seed, taskId), place: placeOf(items, taskId) }
  return {
    receipt,
    signature,
    opening,
    terms,
    nonce: claim.nonce,
    facts: claim.facts,
    result: { dealId: hashDeal(terms), index, digest: claim.digest, votes: claim.votes },
    place: claim.inclusion,
    ...neighbours,
  }
}

/** Leaves of the batch root next to each other, between which the worker is missing. */
export function neighboursOf(
  settlement: Settlement,
  worker: Address,
): { left: Neighbour; right: Neighbour } | undefined {
  const seals = sortSeals(sealsOf(settlement))
  if (seals.some((seal) => seal.worker === worker)) return undefined
  const leaves = seals.map((seal) => sealLeaf(seal.worker, seal.head))
  const after = seals.findIndex((seal) => seal.worker > worker)
  const right = after < 0 ? seals.length : after
  const neighbour = (position: number): Neighbour => {
    const seal = seals[position]
    if (seal === undefined) return NOBODY
    return { ...seal, place: inclusion(leaves, position) }
  }
  return { left: neighbour(right - 1), right: neighbour(right) }
}

const NOBODY: Neighbour = {
  worker: `0x${'00'.repeat(20)}` as Address,
  head: `0x${'00'.repeat(32)}` as Hex32,
  place: { position: 0n, count: 0n, proof: [] },
}

function placeOf(items: readonly TaskCommitment[], taskId: TaskId): Inclusion {
  const position = items.findIndex((item) => item.taskId === taskId)
  return inclusion(items.map(taskLeaf), position)
}

function inclusion(leaves: readonly Hex32[], position: number): Inclusion {
  const proof = merkleProof(leaves, position)
  return { position: BigInt(position), count: BigInt(leaves.length), proof }
}
