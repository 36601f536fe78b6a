import type { Address, Hex, Hex32, ResultDigest, TaskId, UnixSeconds } from '@millrace/base'
import {
  type BatchPart,
  type BatchTask,
  type BatchVote,
  type BatchWorker,
  batchRoot,
  commitmentOf,
  encodePayees,
  encodeTasks,
  encodeWorkers,
  hashDeal,
  hashTask,
  headOf,
  type ProtocolDomain,
  sealTypedData,
  sortSeals,
} from '@millrace/protocol'
import { keccak256, toHex } from 'viem'
import type { Actor } from './actors.ts'

/** A worker's votes in a batch: which digest of which slot. */
export type Ballot = { worker: Actor; votes: BatchVote[] }
export type BatchPlan = {
  pool: Address
  nonce: bigint
  parts: BatchPart[]
  ballots: Ballot[]
  /** EIP-712 domain of Work. */
  domain: ProtocolDomain
}

/** What commitBatch and settleBatch are given. */
export type PackedBatch = {
  root: Hex32
  parts: { terms: BatchPart['terms']; tasks: Hex }[]
  workers: Hex
  /** Ascending by worker, as packed. */
  seals: (BatchWorker & { head: Hex32 })[]
}

/** Does what a pool and honest workers do together: commitments, heads, seals, root, packed calldata. */
export async function packBatch(plan: BatchPlan): Promise<PackedBatch> {
  const { pool, nonce, parts, ballots, domain } = plan
  const slots = slotsOf(parts)
  const seals = await Promise.all(
    ballots.map(async ({ worker, votes }) => {
      const seed = seedOf(worker, plan)
      const head = headOf(
        votes.map(({ slot, variant }) => {
          const { taskId, digests } = slots[slot] as Slot
          const digest = digests[variant] as ResultDigest
          const { address } = worker
          return { taskId, commitment: commitmentOf({ taskId, worker: address, digest, seed }) }
        }),
      )
      const signature = await worker.account.signTypedData(
        sealTypedData({ pool, nonce }, { head, commitBy: FAR }, domain),
      )
      return { worker: worker.address, seed, head, signature, commitBy: FAR, votes }
    }),
  )
  const sorted = sortSeals(seals)
  return {
    root: batchRoot(sorted),
    parts: packParts(parts),
    workers: encodeWorkers(sorted satisfies BatchWorker[]),
    seals: sorted,
  }
}

/**
 * The same tasks, in slot order, with the digests of each ascending as contracts demand, and votes that follow them.
 */
export function orderDigests<B extends { votes: BatchVote[] }>(
  tasks: readonly BatchTask[],
  ballots: readonly B[],
): { tasks: BatchTask[]; ballots: B[] } {
  const sorted = tasks.map(({ index, digests }) => ({ index, digests: [...digests].sort() }))
  const follow = ({ slot, variant }: BatchVote): BatchVote => {
    const digest = tasks[slot]?.digests[variant] as ResultDigest
    return { slot, variant: sorted[slot]?.digests.indexOf(digest) ?? variant }
  }
  return {
    tasks: sorted,
    ballots: ballots.map((ballot) => ({ ...ballot, votes: ballot.votes.map(follow) })),
  }
}

/** What settleTrusted is given. */
export function packTrusted(
  parts: BatchPart[],
  payees: readonly { worker: Address; slots: number[] }[],
): Pick<PackedBatch, 'parts' | 'workers'> {
  return { parts: packParts(parts), workers: encodePayees(payees) }
}

type Slot = { taskId: TaskId; digests: ResultDigest[] }

function slotsOf(parts: BatchPart[]): Slot[] {
  return parts.flatMap(({ terms, tasks }) => {
    const dealId = hashDeal(terms)
    return tasks.map(({ index, digests }) => ({ taskId: hashTask(dealId, index), digests }))
  })
}

const packParts = (parts: BatchPart[]): PackedBatch['parts'] =>
  parts.map(({ terms, tasks }) => ({ terms, tasks: encodeTasks(tasks) }))

/** Any commit is in time. */
const FAR = (2 ** 47) as UnixSeconds

/** One secret seed per worker and batch. */
function seedOf(worker: Actor, { pool, nonce }: Pick<BatchPlan, 'pool' | 'nonce'>): Hex32 {
  return keccak256(toHex(`seed of ${worker.name} for ${pool} ${nonce}`)) as Hex32
}

/** Some digest, the same for the same label. */
export const digestOf = (label: string): ResultDigest => keccak256(toHex(label)) as ResultDigest
