import {
  type Address,
  bytesToHex,
  type Hex,
  type Hex32,
  type ResultDigest,
  unixSeconds,
} from '@millrace/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeTasks, encodeWorkers } from './batch.ts'
import { decodeTasks, decodeVotes } from './decodeBatch.ts'

const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => bytesToHex(bytes))
const task = fc.record({
  index: fc.nat(0xffff_ffff),
  digests: fc.array(hex(32) as fc.Arbitrary<ResultDigest>, { maxLength: 4 }),
})
const worker = fc.record({
  worker: hex(20) as fc.Arbitrary<Address>,
  seed: hex(32) as fc.Arbitrary<Hex32>,
  signature: hex(65) as fc.Arbitrary<Hex>,
  commitBy: fc.nat(0xffff_ffff).map((at) => unixSeconds(at)),
  votes: fc.array(fc.record({ slot: fc.nat(0xffff), variant: fc.nat(0xff) }), { maxLength: 5 }),
})

describe('a settlement that is read back', () => {
  it('has the tasks that were packed', () => {
    fc.assert(
      fc.property(fc.array(task), (tasks) => {
        expect(decodeTasks(encodeTasks(tasks))).toEqual(tasks)
      }),
    )
  })

  it('has the votes that were packed', () => {
    fc.assert(
      fc.property(fc.array(worker), (workers) => {
        const votes = workers.map(({ worker, votes }) => ({ worker, votes }))
        expect(decodeVotes(encodeWorkers(workers))).toEqual(votes)
      }),
    )
  })

  it('is refused when it is cut off', () => {
    fc.assert(
      fc.property(task, worker, fc.integer({ min: 1, max: 16 }), (one, other, cut) => {
        const tasks = encodeTasks([one])
        expect(() => decodeTasks(tasks.slice(0, -2 * Math.min(cut, 4)) as Hex)).toThrow(/whole/)
        expect(() => decodeVotes(encodeWorkers([other]).slice(0, -2) as Hex)).toThrow(/whole/)
      }),
    )
  })
})
