import { type Address, address, type Seconds, type Wei, ZERO_ADDRESS } from '@millrace/base'
import { checkMatch, compileAd, hashAd, type OrderSet, serveSlots } from '@millrace/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LocalMarket, Refused, startLocalMarket } from '../../tools/localMarket.ts'
import { beginStory, makeDeal, type Orders, ordersOf, type Story } from '../../tools/marketStory.ts'

// Market.matchOrders against checkMatch: the same orders to both.

let local: LocalMarket
let story: Story

beforeAll(async () => {
  local = await startLocalMarket()
  story = await beginStory(local, 0)
})
afterAll(() => local.stop())

const STRANGER = address(`0x${'51'.repeat(20)}`)
const POOL_AD = compileAd('[ MemoryMiB = 2048; Requirements = TARGET.Tasks <= 100 ]')
const REQUEST_ADS = [10, 1000].map((tasks) =>
  compileAd(`[ Tasks = ${tasks}; Requirements = TARGET.MemoryMiB >= 1024 ]`),
)
const ADS = { pool: ['0x', '0x', POOL_AD, '0xff'], request: ['0x', '0x', ...REQUEST_ADS] } as const

/** Mostly the value that fits, so that other rules get their turn. */
const mostly = <T>(right: T, ...wrong: T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { arbitrary: fc.constant(right), weight: 12 },
    { arbitrary: fc.constantFrom(right, ...wrong), weight: 1 },
  )

const choices = fc.record({
  only: fc.tuple(
    ...Array.from({ length: 10 }, () => mostly<'any' | 'right' | 'wrong'>('any', 'right', 'wrong')),
  ),
  maxPrices: fc.tuple(mostly(0n, 1n), mostly(0n, 1n), mostly(0n, 1n)),
  beyond: fc.tuple(...Array.from({ length: 6 }, () => mostly(0, 1))),
  isOtherApp: mostly(false, true),
  hasDataset: fc.boolean(),
  determinism: mostly(0, 1, 2, 3, 4),
  isTrusted: fc.boolean(),
  arbiter: fc.constantFrom(ZERO_ADDRESS, STRANGER),
  sla: fc.record({
    asked: fc.constantFrom(0, 0, 0, 1, 9000, 10_001),
    offered: fc.constantFrom(0, 9000, 10_000),
    taskSec: fc.constantFrom(0, 59, 60),
    needSec: fc.constantFrom(1, 1, 1, 59, 60, 180),
    slots: mostly(1000, 0, 1, 2),
    isUnstaked: mostly(false, true),
  }),
  slotSec: fc.constantFrom(0, 0, 0, 90, 200),
  times: fc.record({
    deadline: fc.constantFrom(1000, 1000, 1000, 0, 59, 3_000_000),
    maturity: mostly(0, 8_000_000),
  }),
  volume: fc.integer({ min: 1, max: 12 }),
  ads: fc.record({
    pool: fc.constantFrom(...ADS.pool),
    request: fc.constantFrom(...ADS.request),
    isSwapped: mostly(false, true),
  }),
})
type Choice = typeof choices extends fc.Arbitrary<infer T> ? T : never

function ordersFor(choice: Choice, salt: bigint): Orders {
  const { only, maxPrices, beyond, sla, times, ads } = choice
  const plain = ordersOf(story, salt)
  const dataset = choice.hasDataset ? story.dataset : ZERO_ADDRESS
  const right = [dataset, story.pool, story.requester.address, story.app, story.pool]
  right.push(story.requester.address, story.app, dataset, story.requester.address, story.pool)
  const [d0, p0, r0, a1, p1, r1, a2, d2, r2, p3] = only.map((how, i) =>
    how === 'any' ? ZERO_ADDRESS : how === 'right' ? right[i] : STRANGER,
  ) as Address[] as [
    Address,
    Address,
    Address,
    Address,
    Address,
    Address,
    Address,
    Address,
    Address,
    Address,
  ]
  const { app, pool } = plain
  const more = beyond.map(BigInt)
  return {
    app: {
      ...app,
      determinism: choice.determinism,
      onlyDataset: d0,
      onlyPool: p0,
      onlyRequester: r0,
    },
    dataset: { ...plain.dataset, onlyApp: a1, onlyPool: p1, onlyRequester: r1 },
    pool: {
      ...pool,
      ...{ onlyApp: a2, onlyDataset: d2, onlyRequester: r2 },
      ...{ slaBps: sla.offered, taskSec: sla.needSec as Seconds, ad: hashAd(ads.pool) },
      ...{ slots: sla.slots, stake: (sla.isUnstaked ? 0n : pool.stake) as Wei },
    },
    request: {
      ...plain.request,
      ...{ app: choice.isOtherApp ? STRANGER : app.app, dataset, onlyPool: p3 },
      maxAppPrice: (app.price - (maxPrices[0] as bigint)) as Wei,
      maxDatasetPrice: (plain.dataset.price - (maxPrices[1] as bigint)) as Wei,
      maxPoolPrice: (pool.price - (maxPrices[2] as bigint)) as Wei,
      fuel: pool.fuel + (more[0] as bigint),
      memoryMiB: pool.memoryMiB + (beyond[1] as number),
      diskMiB: pool.diskMiB + (beyond[2] as number),
      wallSec: pool.wallSec + (beyond[3] as number),
      minOdds: choice.isTrusted ? 0n : pool.maxOdds + (more[4] as bigint),
      minStake: ((sla.isUnstaked ? 0n : pool.stake) + (more[5] as bigint)) as Wei,
      ...{ slaBps: sla.asked, taskSec: sla.taskSec as Seconds, slotSec: choice.slotSec as Seconds },
      ...{ deadlineSec: times.deadline as Seconds, maturitySec: times.maturity as Seconds },
      ...{ arbiter: choice.arbiter, ad: hashAd(ads.isSwapped ? '0x01' : ads.request) },
    },
  }
}

type Rules = [number, number, number, number, number, number]

/** `PriceAbove` as its code. */
const codeOf = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()

it('Market takes what checkMatch finds nothing against, and refuses the rest for one of its reasons', async () => {
  const { timestamp } = await local.client.getBlock()
  const [, , , maxDeadlineSec, maxMaturitySec] = await local.read<Rules>('parameters', 'dealRules')
  const seen = new Map<string, number>()
  let salt = 0n
  await fc.assert(
    fc.asyncProperty(choices, async (choice) => {
      const orders = ordersFor(choice, ++salt)
      const { pool, request } = choice.ads
      const set: OrderSet = { ...orders, dataset: choice.hasDataset ? orders.dataset : undefined }
      const reasons = checkMatch(set, {
        nowSec: Number(timestamp) as never,
        ...{ maxDeadlineSec, maxMaturitySec, maxVolume: BigInt(choice.volume) },
        ads: { pool, request },
      }).map(({ code }) => code)
      const refusal = await makeDeal(story, orders, choice.volume, { pool, request }).then(
        () => 'matched',
        (error) => {
          if (error instanceof Refused) return codeOf(error.errorName)
          throw error
        },
      )
      expect(reasons.length === 0 ? ['matched'] : reasons).toContain(refusal)
      seen.set(refusal, (seen.get(refusal) ?? 0) + 1)
    }),
    { numRuns: 900, seed: 20_261_121, endOnFailure: true },
  )
  // A run in which a rule never decides says nothing of it.
  const all = [
    ...['matched', 'RESTRICTED', 'PRICE_ABOVE', 'BEYOND_OFFER', 'WRONG_APP', 'WRONG_AD'],
    ...['REQUIREMENTS_NOT_MET', 'NOT_REPLICABLE', 'BAD_DETERMINISM', 'BAD_SLA', 'TOO_SLOW'],
    ...['ARBITER_UNWANTED', 'TOO_LITTLE_TIME', 'BAD_DEADLINE', 'BAD_MATURITY'],
    ...['SLOTS_TOO_FAR', 'UNBOUNDED_STAKE'],
  ]
  expect([...seen.keys()].sort()).toEqual(all.sort())
}, 120_000)

const bookings = fc.record({
  slots: fc.integer({ min: 1, max: 40 }),
  taskSec: fc.integer({ min: 1, max: 300 }),
  deals: fc.array(
    fc.record({
      waitSec: fc.nat({ max: 90 }),
      volume: fc.integer({ min: 1, max: 60 }),
      deadlineSec: fc.integer({ min: 60, max: 900 }),
      slaSec: fc.option(fc.integer({ min: 60, max: 600 }), { nil: undefined }),
      slotSec: fc.constantFrom(0, 0, 1, 7),
    }),
    { minLength: 3, maxLength: 12 },
  ),
})

it('Market books the slots of an order as checkMatch and serveSlots say, deal after deal', async () => {
  const seen = new Map<string, number>()
  let salt = 1_000_000n
  await fc.assert(
    fc.asyncProperty(bookings, async ({ slots, taskSec, deals }) => {
      const offer = { slots, taskSec: taskSec as Seconds, slaBps: 10_000 }
      const { pool } = ordersOf(story, ++salt, { pool: offer })
      let busyUntilMs = 0
      for (const { waitSec, volume, deadlineSec, slaSec, slotSec } of deals) {
        const orders = { ...ordersOf(story, ++salt), pool }
        Object.assign(orders.request, { deadlineSec, slotSec })
        Object.assign(orders.request, {
          slaBps: slaSec === undefined ? 0 : 9000,
          taskSec: slaSec ?? 0,
        })
        const { timestamp } = await local.client.getBlock()
        const nowSec = Number(timestamp) + waitSec + 1
        const set: OrderSet = { ...orders, dataset: undefined }
        const reasons = checkMatch(set, {
          nowSec: nowSec as never,
          ...{ busyUntilMs, maxVolume: BigInt(volume) },
        }).map(({ code }) => code)
        await local.client.setNextBlockTimestamp({ timestamp: BigInt(nowSec) })
        const said = await makeDeal(story, orders, volume).then(
          (deal) => deal.busyUntilMs,
          (error) => {
            if (error instanceof Refused) return codeOf(error.errorName)
            throw error
          },
        )
        seen.set(`${said}`, (seen.get(`${said}`) ?? 0) + 1)
        if (typeof said === 'string') {
          expect(reasons).toContain(said)
          continue
        }
        expect(reasons).toEqual([])
        const queueMs = BigInt(Math.max(0, busyUntilMs - nowSec * 1000))
        const { bookedMs } = serveSlots({
          taskSec,
          slots,
          slotSec,
          volume: BigInt(volume),
          queueMs,
        })
        busyUntilMs = nowSec * 1000 + Number(queueMs + bookedMs)
        expect(said).toBe(busyUntilMs)
      }
    }),
    { numRuns: 40, seed: 20_261_122, endOnFailure: true },
  )
  const refusals = [...seen.keys()].filter((said) => /[A-Z]/.test(said))
  expect(refusals.sort()).toEqual(['SLOTS_TOO_FAR', 'TOO_LITTLE_TIME', 'TOO_SLOW'])
  expect(seen.size).toBeGreaterThan(50)
}, 120_000)
