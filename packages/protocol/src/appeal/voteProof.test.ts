import { address, hex32, resultDigest, type TaskId, taskId, ZERO_HEX32 } from '@millrace/base'
import { expect, it } from 'vitest'
import { batchRoot } from '../batch.ts'
import { commitmentOf, headOf, sealLeaf } from '../commitment.ts'
import { verifyMerkleProof } from '../merkle.ts'
import { answerLeaf, answersRoot, proveAnswer } from './spotCheck.ts'
import { headOfVote, proveVote } from './voteProof.ts'

const word = (n: number) => hex32(`0x${n.toString(16).padStart(64, '0')}`)
const digest = (n: number) => resultDigest(word(n))
const tasks = [1, 2, 3].map((n) => taskId(word(n)))
const voters = [7, 3, 9, 4].map((n) => {
  const worker = address(`0x${n.toString(16).padStart(40, '0')}`)
  const seed = word(n)
  const commitments = tasks.map((id) => ({
    taskId: id,
    commitment: commitmentOf({ taskId: id, worker, digest: digest(50), seed }),
  }))
  return { worker, seed, commitments }
})
const seals = voters.map(({ worker, commitments }) => ({ worker, head: headOf(commitments) }))

it('shows any vote of any worker in the root that was committed', () => {
  const root = batchRoot(seals)
  for (const { worker } of voters)
    for (const [index, taskId] of tasks.entries()) {
      const proof = proveVote({ worker, index, taskId, digest: digest(50), voters })
      const head = headOfVote(proof, taskId)
      const { position, count } = proof.inclusion
      const at = {
        index: Number(position),
        count: Number(count),
        proof: proof.inclusion.proof,
        root,
      }
      expect(verifyMerkleProof(sealLeaf(worker, head), at)).toBe(true)
      const other = headOfVote({ ...proof, digest: digest(51) }, taskId)
      expect(verifyMerkleProof(sealLeaf(worker, other), at)).toBe(false)
    }
})

it('leaves out what absent workers sealed: nobody has shown it', () => {
  const [first, ...others] = voters as [(typeof voters)[0], ...typeof voters]
  const mixed = [first, ...others.map(({ worker }) => ({ worker }))]
  const vote = { worker: first.worker, index: 1, taskId: tasks[1] as TaskId }
  const proof = proveVote({ ...vote, digest: digest(50), voters: mixed })
  const head = headOfVote(proof, vote.taskId)
  const kept = others.map(({ worker }) => ({ worker, head: ZERO_HEX32 }))
  const root = batchRoot([{ worker: first.worker, head }, ...kept])
  const { position, count, proof: path } = proof.inclusion
  const at = { index: Number(position), count: Number(count), proof: path, root }
  expect(verifyMerkleProof(sealLeaf(first.worker, head), at)).toBe(true)
  const unseen = { ...vote, worker: others[0]?.worker as typeof first.worker }
  expect(() => proveVote({ ...unseen, digest: digest(50), voters: mixed })).toThrow(RangeError)
})

it('an answer stands where it was committed, and no other does', () => {
  const answers = tasks.map((taskId, n) => ({
    taskId,
    answer: digest(60 + n),
    salt: word(n),
  }))
  const root = answersRoot(answers)
  for (const [index, answer] of answers.entries()) {
    const { position, count, proof } = proveAnswer(answers, index)
    const at = { index: Number(position), count: Number(count), proof, root }
    expect(verifyMerkleProof(answerLeaf(answer), at)).toBe(true)
    expect(verifyMerkleProof(answerLeaf({ ...answer, salt: word(99) }), at)).toBe(false)
  }
})
