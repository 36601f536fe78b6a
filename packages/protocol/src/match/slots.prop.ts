import fc from 'fast-check'
import { expect, it } from 'vitest'
import { serveSlots } from './slots.ts'

// What is booked by one number must hold for real slots: here they run, task by task.

type Asked = { afterSec: number; volume: number; slotSec: number }
type Case = { slots: number; taskSec: number; asked: Asked[] }

const cases: fc.Arbitrary<Case> = fc.record({
  slots: fc.integer({ min: 1, max: 7 }),
  taskSec: fc.integer({ min: 1, max: 50 }),
  asked: fc.array(
    fc.record({
      afterSec: fc.nat({ max: 40 }),
      volume: fc.integer({ min: 1, max: 20 }),
      slotSec: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 })),
    }),
    { minLength: 1, maxLength: 12 },
  ),
})

/** Books deals one after the other; those that the rule refuses are left out. */
function book({ slots, taskSec, asked }: Case) {
  let [nowSec, busyUntilMs] = [1000, 0n]
  return asked.flatMap(({ afterSec, volume, slotSec }) => {
    nowSec += afterSec
    const nowMs = BigInt(nowSec) * 1000n
    const queueMs = busyUntilMs > nowMs ? busyUntilMs - nowMs : 0n
    const service = serveSlots({ taskSec, slots, slotSec, volume: BigInt(volume), queueMs })
    if (service.isSparse) return []
    busyUntilMs = nowMs + queueMs + service.bookedMs
    return [{ openedSec: nowSec, volume, slotSec, service, busyUntilMs }]
  })
}

/** The slots take tasks in the order of the matches, each as soon as it may start. */
function run({ slots, taskSec }: Case, deals: ReturnType<typeof book>) {
  const freeAt = Array.from({ length: slots }, () => 0)
  return deals.map(({ openedSec, volume, slotSec }) =>
    Array.from({ length: volume }, (_, index) => {
      const startsAt = openedSec + index * slotSec
      const slot = freeAt.indexOf(Math.min(...freeAt))
      const endsAt = Math.max(startsAt, freeAt[slot] ?? 0) + taskSec
      freeAt[slot] = endsAt
      return { startsAt, endsAt }
    }),
  )
}

it('every task ends in the time that was promised for it', () => {
  fc.assert(
    fc.property(cases, (given) => {
      const deals = book(given)
      const late = run(given, deals).flatMap((tasks, i) => {
        const { openedSec, service } = deals[i] as (typeof deals)[number]
        const endsBy = openedSec + Number(service.neededSec)
        const dueSec = Number(service.waitSec) + given.taskSec
        return tasks.filter(({ startsAt, endsAt }) => endsAt > endsBy || endsAt - startsAt > dueSec)
      })
      expect(late).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

it('books no less for a volume that is split, and hardly more', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 20 })
  const load = fc.record({
    slots: fc.integer({ min: 1, max: 10_000 }),
    taskSec: fc.integer({ min: 1, max: 100_000 }),
  })
  fc.assert(
    fc.property(parts, load, (volumes, { slots, taskSec }) => {
      const bookedMs = (volume: number): bigint =>
        serveSlots({ taskSec, slots, slotSec: 0, volume: BigInt(volume), queueMs: 0n }).bookedMs
      const whole = bookedMs(volumes.reduce((sum, volume) => sum + volume, 0))
      const split = volumes.reduce((sum, volume) => sum + bookedMs(volume), 0n)
      expect(split >= whole && split <= whole + BigInt(volumes.length)).toBe(true)
    }),
  )
})

it('needs nothing but the spread of the slots where any number runs at once', () => {
  const service = serveSlots({ taskSec: 60, slots: 0, slotSec: 50, volume: 3n, queueMs: 9000n })
  expect(service).toEqual({ bookedMs: 0n, neededSec: 160n, waitSec: 0n, isSparse: false })
})
