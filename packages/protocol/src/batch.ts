import {
  type Address,
  bytesToHex,
  type DealId,
  type Hex,
  type Hex32,
  hexToBytes,
  type ResultDigest,
} from '@millrace/base'
import { sealLeaf } from './commitment.ts'
import { type DealTerms, hashTask } from './deal.ts'
import { keccakOf } from './hash.ts'
import { merkleRoot } from './merkle.ts'

/** One task of a batch and the distinct digests claimed for it; at most 255. */
export type BatchTask = { index: number; digests: ResultDigest[] }

/** Tasks of one deal, ascending by index. Slots number tasks through all parts of a batch, from 0. */
export type BatchPart = { terms: DealTerms; tasks: BatchTask[] }

/** A vote: the task's slot and which of its digests. */
export type BatchVote = { slot: number; variant: number }

/** A worker's part, votes strictly ascending by slot. */
export type BatchWorker = { worker: Address; seed: Hex32; signature: Hex; votes: BatchVote[] }

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
 * `workers` of settleBatch: per worker address (20), seed (32), signature r s v (65), number of
 * votes (2), then votes: slot (2) and variant (1). Strictly ascending by address.
 */
export function encodeWorkers(workers: readonly BatchWorker[]): Hex {
  let hex: Hex = '0x'
  for (const { worker, seed, signature, votes } of workers) {
    hex +=
      worker.slice(2) +
      seed.slice(2) +
      signature.slice(2) +
      votes.length.toString(16).padStart(4, '0')
    for (const { slot, variant } of votes) {
      hex += slot.toString(16).padStart(4, '0') + variant.toString(16).padStart(2, '0')
    }
  }
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

/** Leaf of a result root: `keccak256(00 | taskId | digest)`; leaves are in slot order. */
export function resultLeaf(dealId: DealId, index: number, digest: ResultDigest): Hex32 {
  return keccakOf('00', hashTask(dealId, index), digest)
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
