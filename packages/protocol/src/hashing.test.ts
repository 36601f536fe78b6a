import { address, type DealId, dealId, type Hex32, hex32, resultDigest } from '@millrace/base'
import { concat, encodeAbiParameters, keccak256, pad, toHex } from 'viem'
import { expect, it } from 'vitest'
import { decodeResults, encodeTasks } from './batch.ts'
import { commitmentOf, headOf, receiptRoot, saltOf, tagOf } from './commitment.ts'
import { hashTask } from './deal.ts'
import { seedOfTask } from './seed.ts'

const deal: DealId = dealId(`0x${'22'.repeat(32)}`)
const digest = resultDigest(`0x${'33'.repeat(32)}`)
const seed = hex32(`0x${'44'.repeat(32)}`)
const worker = address(`0x${'66'.repeat(20)}`)
const link = (n: number) => ({
  taskId: hashTask(deal, n),
  commitment: hex32(`0x${n.toString(16).padStart(2, '0').repeat(32)}`),
})

it('commitments are what abi.encode gives', () => {
  const task = hashTask(deal, 7)
  expect(task).toBe(
    keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [deal, 7n])),
  )
  const salt = keccak256(concat([seed, task]))
  expect(saltOf(seed, task)).toBe(salt)
  const words = [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'address' }] as const
  expect(commitmentOf({ taskId: task, worker, digest, seed })).toBe(
    keccak256(encodeAbiParameters(words, [digest, salt, worker])),
  )
  expect(tagOf(task, digest)).toBe(keccak256(concat([task, digest])))
})

it('heads chain from zero in order', () => {
  const [a, b] = [link(1), link(2)]
  const first = keccak256(concat([pad('0x', { size: 32 }), a.taskId, a.commitment]))
  expect(headOf([a, b])).toBe(keccak256(concat([first, b.taskId, b.commitment])))
  expect(headOf([b], headOf([a]))).toBe(headOf([a, b]))
  expect(headOf([b, a])).not.toBe(headOf([a, b]))
})

it('a receipt is over tasks and commitments, in its order', () => {
  const [a, b] = [link(1), link(2)]
  const leaf = ({ taskId, commitment }: typeof a) => keccak256(concat(['0x00', taskId, commitment]))
  expect(receiptRoot([a])).toBe(leaf(a))
  expect(receiptRoot([a, b])).toBe(keccak256(concat(['0x01', leaf(a), leaf(b)])))
})

it('tasks pack tightly and results read back', () => {
  expect(encodeTasks([{ index: 258, digests: [digest] }])).toBe(`0x0000010201${'33'.repeat(32)}`)
  expect(decodeResults(concat([toHex(258, { size: 4 }), digest]))).toEqual([{ index: 258, digest }])
  expect(() => decodeResults('0x00')).toThrow(RangeError)
})

it('seeds differ by place in the bag and by bag', () => {
  const seeds = new Set<Hex32>([
    seedOfTask(seed, 0),
    seedOfTask(seed, 1),
    seedOfTask(hex32(digest), 0),
  ])
  expect(seeds.size).toBe(3)
})
