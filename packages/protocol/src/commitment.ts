import type { Address, Hex32, ResultDigest, TaskId, UnixSeconds } from '@millrace/base'
import { ZERO_HEX32 } from '@millrace/base'
import { hashTypedData } from 'viem'
import { keccakOf, word } from './hash.ts'
import { merkleRoot } from './merkle.ts'
import { eip712Domain, type ProtocolDomain } from './orders.ts'

/** A batch is named by its pool and a number; there is one root per name. */
export type BatchName = { pool: Address; nonce: bigint }

/** `keccak256(seed | taskId)`: a worker keeps one secret seed per batch. */
export function saltOf(seed: Hex32, taskId: TaskId): Hex32 {
  return keccakOf(seed, taskId)
}

/**
 * Binds a worker to a digest without showing it: `keccak256(digest | salt | word(worker))`. Opened by
 * anybody else it is another one. Task, pool and nonce are bound where it is used: {@link headOf}.
 */
export function commitmentOf({
  taskId,
  worker,
  digest,
  seed,
}: {
  taskId: TaskId
  worker: Address
  digest: ResultDigest
  seed: Hex32
}): Hex32 {
  return openedCommitment({ worker, digest, salt: saltOf(seed, taskId) })
}

/** The commitment that a digest and a salt open. */
export function openedCommitment({
  worker,
  digest,
  salt,
}: {
  worker: Address
  digest: ResultDigest
  salt: Hex32
}): Hex32 {
  return keccakOf(digest, salt, word(worker))
}

/** A worker's commitment and the task that it is about, as whoever assigned the task knows it. */
export type TaskCommitment = { taskId: TaskId; commitment: Hex32 }

/** Equality tag `keccak256(taskId | digest)`: shows a pool that replicas agree, not on what. */
export function tagOf(taskId: TaskId, digest: ResultDigest): Hex32 {
  return keccakOf(taskId, digest)
}

/**
 * Chained hash of a worker's commitments in strictly ascending slots: `h = keccak256(h | taskId | c)`,
 * from `start`. Pool and worker each build it from what was assigned, so no other task can be in it.
 */
export function headOf(links: readonly TaskCommitment[], start: Hex32 = ZERO_HEX32): Hex32 {
  return links.reduce<Hex32>(
    (head, { taskId, commitment }) => keccakOf(head, taskId, commitment),
    start,
  )
}

/** What a receipt is over: the root of the links' leaves, in the order given. */
export function receiptRoot(links: readonly TaskCommitment[]): Hex32 {
  return merkleRoot(links.map(taskLeaf))
}

/** Leaf of a receipt's root: `keccak256(00 | taskId | commitment)`. */
export function taskLeaf({ taskId, commitment }: TaskCommitment): Hex32 {
  return keccakOf('00', taskId, commitment)
}

/**
 * What a worker binds itself to: the chained hash of its commitments, in a batch that its pool commits
 * until `commitBy`.
 */
export type Seal = { head: Hex32; commitBy: UnixSeconds }

/** What a worker signs to seal its part of a batch; `verifyingContract` is Work. */
export function sealTypedData(
  { pool, nonce }: BatchName,
  { head, commitBy }: Seal,
  domain: ProtocolDomain,
) {
  return {
    domain: eip712Domain(domain),
    types: {
      Seal: [
        { name: 'pool', type: 'address' },
        { name: 'nonce', type: 'uint64' },
        { name: 'head', type: 'bytes32' },
        { name: 'commitBy', type: 'uint48' },
      ],
    },
    primaryType: 'Seal',
    message: { pool, nonce, head, commitBy },
  } as const
}

/** EIP-712 hash of a seal. */
export function hashSeal(batch: BatchName, seal: Seal, domain: ProtocolDomain): Hex32 {
  return hashTypedData(sealTypedData(batch, seal, domain)) as Hex32
}

/** Leaf of a batch root: `keccak256(00 | worker 20 | head 32)`. */
export function sealLeaf(worker: Address, head: Hex32): Hex32 {
  return keccakOf('00', worker, head)
}
