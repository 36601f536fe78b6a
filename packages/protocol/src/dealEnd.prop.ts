import { wei } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Delivery, endOfDeal } from './dealEnd.ts'

const amount = fc.bigInt({ min: 0n, max: 10n ** 30n })
const someEnd = fc
  .record({
    volume: fc.integer({ min: 1, max: 1000 }),
    slaBps: fc.integer({ min: 0, max: 10_000 }),
    workerShareBps: fc.integer({ min: 0, max: 10_000 }),
    prices: fc.tuple(amount, amount, amount, amount),
    parts: fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)),
    taken: fc.tuple(fc.nat(1000), fc.nat(1000)),
  })
  .map(({ volume, slaBps, workerShareBps, prices, parts, taken }) => {
    const settled = parts[0] % (volume + 1)
    const spoiled = parts[1] % (volume - settled + 1)
    const [appPrice, datasetPrice, poolPrice, poolStake] = prices.map(wei) as never as [
      ReturnType<typeof wei>,
      ReturnType<typeof wei>,
      ReturnType<typeof wei>,
      ReturnType<typeof wei>,
    ]
    const late = parts[2] % (settled + 1)
    const delivery: Delivery = {
      settled,
      late,
      dust: 0n,
      taken: {
        tasks: taken[0] % (settled - late + 1),
        spoiled: poolStake * BigInt(taken[1] % (spoiled + 1)),
      },
    }
    const terms = { volume, slaBps, workerShareBps, appPrice, datasetPrice, poolPrice, poolStake }
    return { terms, delivery }
  })

it('ends both locks to the last unit, and gives nobody less than nothing', () => {
  fc.assert(
    fc.property(someEnd, ({ terms, delivery }) => {
      const end = endOfDeal(terms, delivery)
      const price = terms.appPrice + terms.datasetPrice + terms.poolPrice
      const workers =
        ((terms.poolPrice * BigInt(terms.workerShareBps)) / 10_000n) * BigInt(delivery.settled)
      expect(
        workers + end.appPay + end.datasetPay + end.poolPay + end.refund + end.lateRefund,
      ).toBe(price * BigInt(terms.volume) - partOf(terms) * BigInt(delivery.taken.tasks))
      const { tasks, spoiled } = delivery.taken
      const taken = terms.poolStake * BigInt(tasks) + spoiled
      expect(end.refundStake + end.lateStake + end.poolStake + taken).toBe(
        terms.poolStake * BigInt(terms.volume),
      )
    }),
    { numRuns: 2000 },
  )
})

/** The pool's own part of a task's price. */
function partOf({ poolPrice, workerShareBps }: { poolPrice: bigint; workerShareBps: number }) {
  return poolPrice - (poolPrice * BigInt(workerShareBps)) / 10_000n
}

it('gives the requester the stake of every late task of a breach, whatever was taken before', () => {
  fc.assert(
    fc.property(someEnd, ({ terms, delivery }) => {
      const end = endOfDeal(terms, delivery)
      const behind = end.isBreached ? BigInt(delivery.late) : 0n
      expect([end.lateStake, end.lateRefund]).toEqual([
        terms.poolStake * behind,
        partOf(terms) * behind,
      ])
    }),
  )
})

it('takes nothing of a pool that kept its promise', () => {
  fc.assert(
    fc.property(someEnd, ({ terms, delivery }) => {
      const end = endOfDeal({ ...terms, slaBps: 0 }, delivery)
      expect([end.isBreached, end.lateRefund, end.lateStake]).toEqual([false, 0n, 0n])
    }),
  )
})

it('never pays a pool more for being late', () => {
  fc.assert(
    fc.property(someEnd, ({ terms, delivery }) => {
      const inTime = endOfDeal(terms, { ...delivery, late: 0 })
      const late = endOfDeal(terms, delivery)
      expect(late.poolPay + late.poolStake <= inTime.poolPay + inTime.poolStake).toBe(true)
    }),
  )
})
