import {
  type Address,
  type Hex32,
  type ResultDigest,
  type TaskId,
  ZERO_HEX32,
} from '@millrace/base'
import { sortSeals } from '../batch.ts'
import { headOf, openedCommitment, saltOf, sealLeaf, type TaskCommitment } from '../commitment.ts'
import { merkleProof } from '../merkle.ts'

/** Where a leaf stands in a tree of `count`, as contracts take it. */
export type Inclusion = { position: bigint; count: bigint; proof: Hex32[] }

/** One vote of a settled batch; field for field `VoteProof` of contracts/src/types/Appeals.sol. */
export type VoteProof = {
  worker: Address
  digest: ResultDigest
  salt: Hex32
  before: Hex32
  later: TaskCommitment[]
  inclusion: Inclusion
}

/** A worker's part of a settled batch, as settleBatch showed it: commitments in ascending slots. */
export type SettledVoter = { worker: Address; seed: Hex32; commitments: readonly TaskCommitment[] }

/**
 * Shows the vote at `index` of a worker's commitments.
 *
 * @param parameters.voters - All workers of the batch, in any order. Absent ones have no commitments that anybody
 *   has shown, and stand in the root that is kept with head zero.
 */
export function proveVote(parameters: {
  worker: Address
  index: number
  taskId: TaskId
  digest: ResultDigest
  voters: readonly (SettledVoter | { worker: Address })[]
}): VoteProof {
  const { worker, index, taskId, digest } = parameters
  const voters = sortSeals(parameters.voters)
  const position = voters.findIndex((voter) => voter.worker === worker)
  const voter = voters[position]
  if (voter === undefined || !('seed' in voter))
    throw new RangeError(`${worker} is not among the batch's voters`)
  const leaves = voters.map((each) =>
    sealLeaf(each.worker, 'seed' in each ? headOf(each.commitments) : ZERO_HEX32),
  )
  return {
    worker,
    digest,
    salt: saltOf(voter.seed, taskId),
    before: headOf(voter.commitments.slice(0, index)),
    later: voter.commitments.slice(index + 1),
    inclusion: {
      position: BigInt(position),
      count: BigInt(leaves.length),
      proof: merkleProof(leaves, position),
    },
  }
}

/** The head that holds a proven vote. @see contracts/src/libraries/VoteLib.sol */
export function headOfVote(
  { worker, digest, salt, before, later }: VoteProof,
  taskId: TaskId,
): Hex32 {
  const commitment = openedCommitment({ worker, digest, salt })
  return headOf([{ taskId, commitment }, ...later], before)
}
