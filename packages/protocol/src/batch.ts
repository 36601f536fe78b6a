import {
  type Address,
  bytesToHex,
  type DealId,
  type Hex,
  type Hex32,
  hexToBytes,
  type ResultDigest,
  type UnixSeconds,
} from '@millrace/base'
import { sealLeaf } from './commitment.ts'
import { type DealTerms, hashTask } from './deal.ts'
import { keccakOf, word } from './hash.ts'
import { merkleRoot } from './merkle.ts'

/** One task of a batch and the distinct digests claimed for it; at most 255. */
export type BatchTask = { index: number; digests: ResultDigest[] }

/** Tasks of one deal, ascending by index. Slots number tasks through all parts of a batch, from 0. */
export type BatchPart = { terms: DealTerms; tasks: BatchTask[] }

/** A vote: the task's slot and which of its digests. */
export type BatchVote = { slot: number; variant: number }

/** A worker's part, votes strictly ascending by slot. */
export type BatchWorker = {
  worker: Address
  seed: Hex32
  signature: Hex
  /** As sealed: the pool had to commit until then. */
  commitBy: UnixSeconds
  votes: BatchVote[]
}

/** A worker that was sealed into a batch and did not reveal. */
export type AbsentWorker = { worker: Address; head: Hex32; signature: Hex; commitBy: UnixSeconds }

/** What is kept of a settled batch, as {@link hashFacts}. */
export type BatchFacts = {
  resultRoot: Hex32
  /** Zero for a batch settled on trust. */
  batchRoot: Hex32
  committedAt: UnixSeconds
  settledAt: UnixSeconds
}

/** `tasks` of a DealPart: per task index (4 bytes), number of digests (1), digests (32 each). */
export function encodeTasks(tasks: readonly BatchTask[]): Hex {
  let hex: Hex = '0x'
  for (const { index, digests } of tasks) {
    hex += index.toString(16).padStart(8, '0') + digests.length.toString(16).padStart(2, '0')
    for (const digest of digests) hex += digest.slice(2)
  }
  return hex
}

/**
 * `workers` of settleBatch: per worker address (20), seed (32), signature r s v (65), commitBy (6),
 * number of votes (2), then votes: slot (2) and variant (1). Strictly ascending by address.
 */
export function encodeWorkers(workers: readonly BatchWorker[]): Hex {
  let hex: Hex = '0x'
  for (const { worker, seed, signature, commitBy, votes } of workers) {
    hex +=
      worker.slice(2) +
      seed.slice(2) +
      signature.slice(2) +
      commitBy.toString(16).padStart(12, '0') +
      votes.length.toString(16).padStart(4, '0')
    for (const { slot, variant } of votes) {
      hex += slot.toString(16).padStart(4, '0') + variant.toString(16).padStart(2, '0')
    }
  }
  return hex
}

/** `absent` of settleBatch: per worker address (20), head (32), signature r s v (65), commitBy (6). */
export function encodeAbsent(absent: readonly AbsentWorker[]): Hex {
  let hex: Hex = '0x'
  for (const { worker, head, signature, commitBy } of absent)
    hex +=
      worker.slice(2) + head.slice(2) + signature.slice(2) + commitBy.toString(16).padStart(12, '0')
  return hex
}

/** `workers` of settleTrusted: per worker address (20), number of slots (2), slots (2 each), ascending. */
export function encodePayees(payees: readonly { worker: Address; slots: number[] }[]): Hex {
  let hex: Hex = '0x'
  for (const { worker, slots } of payees) {
    hex += worker.slice(2) + slots.length.toString(16).padStart(4, '0')
    for (const slot of slots) hex += slot.toString(16).padStart(4, '0')
  }
  return hex
}

/** Root that commitBatch stores: over (worker, head), ascending by worker. */
export function batchRoot(seals: readonly { worker: Address; head: Hex32 }[]): Hex32 {
  return merkleRoot(sortSeals(seals).map(({ worker, head }) => sealLeaf(worker, head)))
}

/** Ascending by worker address, the order of leaves and of packed workers. */
export function sortSeals<S extends { worker: Address }>(seals: readonly S[]): S[] {
  return [...seals].sort((a, b) => (a.worker < b.worker ? -1 : a.worker > b.worker ? 1 : 0))
}

/**
 * Leaf of a result root: `keccak256(00 | taskId | digest | votes)`; leaves are the settled tasks in slot order.
 *
 * @param votes - Workers on the winning digest, one byte: 255 for more; 1 for a task settled on trust.
 */
export function resultLeaf(
  { dealId, index, digest }: { dealId: DealId; index: number; digest: ResultDigest },
  votes: number,
): Hex32 {
  const byte = Math.min(votes, 255).toString(16).padStart(2, '0')
  return keccakOf('00', hashTask(dealId, index), digest, byte)
}

/** Slot of a committed batch: `keccak256(abi.encode(root, committedAt))`. */
export function hashCommit(root: Hex32, committedAt: UnixSeconds): Hex32 {
  return keccakOf(root, word(committedAt))
}

/** Slot of a settled batch: `keccak256(abi.encode(BatchFacts))`. */
export function hashFacts({ resultRoot, batchRoot, committedAt, settledAt }: BatchFacts): Hex32 {
  return keccakOf(resultRoot, batchRoot, word(committedAt), word(settledAt))
}

/** `indexes` of event TasksSpoiled: 4 bytes each. */
export function decodeIndexes(indexes: Hex): number[] {
  const bytes = hexToBytes(indexes)
  if (bytes.length % 4 !== 0) throw new RangeError(`indexes of ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i))
}

/** `results` of event TasksSettled: per task index (4) and winning digest (32). */
export function decodeResults(results: Hex): { index: number; digest: ResultDigest }[] {
  const bytes = hexToBytes(results)
  if (bytes.length % 36 !== 0) throw new RangeError(`results of ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer)
  return Array.from({ length: bytes.length / 36 }, (_, i) => ({
    index: view.getUint32(36 * i),
    digest: bytesToHex(bytes.subarray(36 * i + 4, 36 * i + 36)) as ResultDigest,
  }))
}
