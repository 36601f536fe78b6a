import type { Hex32, ResultDigest, TaskId } from '@millrace/base'
import { keccakOf } from '../hash.ts'
import { merkleProof, merkleRoot } from '../merkle.ts'
import type { Inclusion } from './voteProof.ts'

/** An answer that a pool knows before it hands the task out; the salt hides it until it is shown. */
export type SpotAnswer = { taskId: TaskId; answer: ResultDigest; salt: Hex32 }

/** Leaf of an answer: `keccak256(00 | taskId | answer | salt)`. */
export function answerLeaf({ taskId, answer, salt }: SpotAnswer): Hex32 {
  return keccakOf('00', taskId, answer, salt)
}

/** What `commitAnswers` binds a pool to. */
export function answersRoot(answers: readonly SpotAnswer[]): Hex32 {
  return merkleRoot(answers.map(answerLeaf))
}

/** Where one answer stands among all that were committed with it. */
export function proveAnswer(answers: readonly SpotAnswer[], index: number): Inclusion {
  return {
    position: BigInt(index),
    count: BigInt(answers.length),
    proof: merkleProof(answers.map(answerLeaf), index),
  }
}
