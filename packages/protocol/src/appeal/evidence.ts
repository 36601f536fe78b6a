import {
  type Address,
  type DealId,
  type Hex32,
  type ResultDigest,
  type TaskId,
  ZERO_HEX32,
} from '@millrace/base'
import {
  type AbsentWorker,
  type BatchFacts,
  type BatchTask,
  type BatchWorker,
  resultLeaf,
} from '../batch.ts'
import { commitmentOf, headOf } from '../commitment.ts'
import { hashTask } from '../deal.ts'
import { merkleProof } from '../merkle.ts'
import { type Inclusion, proveVote, type SettledVoter, type VoteProof } from './voteProof.ts'

/** A settled result and where it stands in the result root of batch `nonce`, as Appeals takes it. */
export type ResultClaim = {
  index: number
  digest: ResultDigest
  votes: number
  nonce: bigint
  facts: BatchFacts
  inclusion: Inclusion
}

/** All that a settlement showed, from its calldata and its events. */
export type Settlement = {
  pool: Address
  nonce: bigint
  facts: BatchFacts
  parts: readonly { dealId: DealId; tasks: readonly BatchTask[] }[]
  workers: readonly BatchWorker[]
  absent: readonly AbsentWorker[]
  /** Digests that won; tasks that are not here were spoiled. */
  winners: ReadonlyMap<TaskId, ResultDigest>
}

type Slot = { dealId: DealId; taskId: TaskId; task: BatchTask }

/**
 * What proves a task's result and every vote on it.
 *
 * @returns undefined if the settlement has no such task, or spoiled it.
 */
export function appealEvidence(
  settlement: Settlement,
  taskId: TaskId,
): { claim: ResultClaim; voters: VoteProof[] } | undefined {
  const slots = slotsOf(settlement)
  const settled = slots.flatMap((slot, number) =>
    settlement.winners.has(slot.taskId) ? [{ ...slot, number }] : [],
  )
  const position = settled.findIndex((slot) => slot.taskId === taskId)
  const found = settled[position]
  if (found === undefined) return undefined
  const leaves = settled.map(({ dealId, taskId: id, task, number }) => {
    const digest = settlement.winners.get(id) as ResultDigest
    return resultLeaf(
      { dealId, index: task.index, digest },
      votesFor(settlement, number, task, digest),
    )
  })
  const digest = settlement.winners.get(taskId) as ResultDigest
  const { nonce, facts } = settlement
  const votes = votesFor(settlement, found.number, found.task, digest)
  const inclusion = {
    position: BigInt(position),
    count: BigInt(leaves.length),
    proof: merkleProof(leaves, position),
  }
  const claim = { index: found.task.index, digest, votes, nonce, facts, inclusion }
  return { claim, voters: votersOf(settlement, slots, found.number) }
}

function slotsOf({ parts }: Settlement): Slot[] {
  return parts.flatMap(({ dealId, tasks }) =>
    tasks.map((task) => ({ dealId, taskId: hashTask(dealId, task.index), task })),
  )
}

function votesFor(
  { workers }: Settlement,
  slot: number,
  task: BatchTask,
  digest: ResultDigest,
): number {
  const votes = workers.filter((worker) =>
    worker.votes.some((vote) => vote.slot === slot && task.digests[vote.variant] === digest),
  ).length
  return Math.min(votes, 255)
}

/** Who stands in the batch root that is kept, under which head; absent workers with head zero. */
export function sealsOf(settlement: Settlement): { worker: Address; head: Hex32 }[] {
  const voters = openedVoters(settlement, slotsOf(settlement))
  return [
    ...voters.map(({ worker, commitments }) => ({ worker, head: headOf(commitments) })),
    ...settlement.absent.map(({ worker }) => ({ worker, head: ZERO_HEX32 })),
  ]
}

function openedVoters({ workers }: Settlement, slots: readonly Slot[]): SettledVoter[] {
  return workers.map(({ worker, seed, votes }) => ({
    worker,
    seed,
    commitments: votes.map(({ slot: at, variant }) => {
      const { taskId, task } = slots[at] as Slot
      const digest = task.digests[variant] as ResultDigest
      return { taskId, commitment: commitmentOf({ taskId, worker, digest, seed }) }
    }),
  }))
}

function votersOf(settlement: Settlement, slots: readonly Slot[], slot: number): VoteProof[] {
  const { workers, absent } = settlement
  const voters = openedVoters(settlement, slots)
  const all = [...voters, ...absent.map(({ worker }) => ({ worker }))]
  const { taskId, task } = slots[slot] as Slot
  return workers.flatMap(({ worker, votes }) => {
    const index = votes.findIndex((vote) => vote.slot === slot)
    const vote = votes[index]
    if (vote === undefined) return []
    const digest = task.digests[vote.variant] as ResultDigest
    return [proveVote({ worker, index, taskId, digest, voters: all })]
  })
}
