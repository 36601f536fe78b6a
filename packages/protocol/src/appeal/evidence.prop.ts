import {
  type Address,
  address,
  dealId,
  type Hex,
  hex32,
  type ResultDigest,
  resultDigest,
  unixSeconds,
  ZERO_HEX32,
} from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type BatchTask,
  batchRoot,
  encodeAbsent,
  encodeTasks,
  encodeWorkers,
  resultLeaf,
} from '../batch.ts'
import { commitmentOf, headOf, sealLeaf } from '../commitment.ts'
import { hashTask } from '../deal.ts'
import { decodeTasks } from '../decodeBatch.ts'
import { merkleRoot, verifyMerkleProof } from '../merkle.ts'
import { decodeAbsent, decodeWorkers } from './decodeSettlement.ts'
import { appealEvidence, type Settlement } from './evidence.ts'
import { headOfVote } from './voteProof.ts'

const word = (n: number) => hex32(`0x${n.toString(16).padStart(64, '0')}`)
const digest = (n: number) => resultDigest(word(n))
const who = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`)
const DEAL = dealId(word(77))
const POOL = who(9)

type Given = { tasks: number; spoiled: boolean[]; votes: number[][]; absent: boolean }
const given: fc.Arbitrary<Given> = fc.record({
  tasks: fc.integer({ min: 1, max: 6 }),
  spoiled: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  // Per worker and task: 0 the right digest, 1 another, 2 no vote.
  votes: fc.array(fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }), {
    minLength: 1,
    maxLength: 5,
  }),
  absent: fc.boolean(),
})

function settlementOf({ tasks: count, spoiled, votes, absent }: Given): Settlement {
  const tasks: BatchTask[] = Array.from({ length: count }, (_, i) => ({
    index: 10 + i,
    digests: [digest(100 + i), digest(200 + i)],
  }))
  const workers = votes.map((said, w) => ({
    worker: who(20 + w),
    seed: word(300 + w),
    signature: `0x${'12'.repeat(65)}` as Hex,
    commitBy: unixSeconds(1_800_000_000 + w),
    votes: said
      .slice(0, count)
      .flatMap((variant, slot) => (variant === 2 ? [] : [{ slot, variant }])),
  }))
  const winners = tasks.flatMap(({ index, digests }, i) =>
    spoiled[i] === true ? [] : [[hashTask(DEAL, index), digests[0] as ResultDigest] as const],
  )
  const gone = { worker: who(5), head: word(999), signature: `0x${'34'.repeat(65)}` as Hex }
  return {
    pool: POOL,
    nonce: 3n,
    facts: {
      resultRoot: ZERO_HEX32,
      batchRoot: ZERO_HEX32,
      committedAt: unixSeconds(1),
      settledAt: unixSeconds(2),
    },
    parts: [{ dealId: DEAL, tasks }],
    workers: workers.filter((worker) => worker.votes.length > 0),
    absent: absent ? [{ ...gone, commitBy: unixSeconds(7) }] : [],
    winners: new Map(winners),
  }
}

it('proves every settled task in the result root, and every vote in the batch root', () => {
  fc.assert(
    fc.property(given, (some) => {
      const settlement = settlementOf(some)
      fc.pre(settlement.workers.length > 0)
      const [part] = settlement.parts
      const tasks = part?.tasks ?? []
      const count = (slot: number) =>
        settlement.workers.filter((w) => w.votes.some((v) => v.slot === slot && v.variant === 0))
          .length
      const leaves = tasks.flatMap(({ index, digests }, slot) =>
        some.spoiled[slot] === true
          ? []
          : [resultLeaf({ dealId: DEAL, index, digest: digests[0] as ResultDigest }, count(slot))],
      )
      const heads = settlement.workers.map(({ worker, seed, votes }) => ({
        worker,
        head: headOf(
          votes.map(({ slot, variant }) => {
            const { index, digests } = tasks[slot] as BatchTask
            const taskId = hashTask(DEAL, index)
            const said = digests[variant] as ResultDigest
            return {
              taskId,
              commitment: commitmentOf({ taskId, worker, digest: said, seed }),
            }
          }),
        ),
      }))
      const root = batchRoot([
        ...heads,
        ...settlement.absent.map(({ worker }) => ({ worker, head: ZERO_HEX32 })),
      ])
      for (const [slot, { index }] of tasks.entries()) {
        const taskId = hashTask(DEAL, index)
        const evidence = appealEvidence(settlement, taskId)
        if (some.spoiled[slot] === true) {
          expect(evidence).toBeUndefined()
          continue
        }
        const { claim, voters } = evidence as NonNullable<typeof evidence>
        const result = resultLeaf({ dealId: DEAL, index, digest: claim.digest }, claim.votes)
        const { position, count: size, proof } = claim.inclusion
        const place = {
          index: Number(position),
          count: Number(size),
          proof,
          root: merkleRoot(leaves),
        }
        expect(verifyMerkleProof(result, place)).toBe(true)
        expect(voters.length).toBe(
          settlement.workers.filter((w) => w.votes.some((v) => v.slot === slot)).length,
        )
        for (const vote of voters) {
          const head = headOfVote(vote, taskId)
          const { position: at, count: of, proof: path } = vote.inclusion
          const where = { index: Number(at), count: Number(of), proof: path, root }
          expect(verifyMerkleProof(sealLeaf(vote.worker, head), where)).toBe(true)
        }
      }
    }),
  )
})

it('reads back what settleBatch was given', () => {
  fc.assert(
    fc.property(given, (some) => {
      const { parts, workers, absent } = settlementOf(some)
      const tasks = parts[0]?.tasks ?? []
      expect(decodeTasks(encodeTasks(tasks))).toEqual(tasks)
      expect(decodeWorkers(encodeWorkers(workers))).toEqual(workers)
      expect(decodeAbsent(encodeAbsent(absent))).toEqual(absent)
    }),
  )
})

it('refuses packed bytes that end in the middle', () => {
  expect(() => decodeWorkers('0x12')).toThrow(RangeError)
})
