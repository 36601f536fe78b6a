import {
  type Address,
  address,
  type Hex,
  seconds,
  unixSeconds,
  wei,
  ZERO_ADDRESS,
  ZERO_HEX32,
} from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { compileAd } from '../classAd/bytecode/compileAd.ts'
import { DETERMINISM, hashAd, PLAIN } from '../orders.ts'
import { checkMatch } from './checkMatch.ts'
import { type MatchContext, matchableVolume, type OrderSet } from './orderSet.ts'

const id = (digit: string): Address => address(`0x${digit.repeat(40)}`)
const [app, pool, requester, other] = [id('a'), id('b'), id('c'), id('d')]
const nowSec = unixSeconds(1000)
const open = { volume: 10n, expiresAt: unixSeconds(2000), salt: 1n }
const anyone = {
  onlyApp: ZERO_ADDRESS,
  onlyDataset: ZERO_ADDRESS,
  onlyPool: ZERO_ADDRESS,
  onlyRequester: ZERO_ADDRESS,
}
const size = { fuel: 100n, memoryMiB: 64, diskMiB: 16, wallSec: 60 }

function orders(): OrderSet {
  return {
    app: { ...open, ...anyone, ...PLAIN.app, app, price: wei(5n) },
    pool: {
      ...open,
      ...anyone,
      ...size,
      ...PLAIN.pool,
      pool,
      price: wei(7n),
      stake: wei(3n),
      maxOdds: 10n ** 20n,
      taskSec: seconds(10),
      slots: 1000,
    },
    request: {
      ...open,
      ...size,
      ...PLAIN.request,
      requester,
      beneficiary: requester,
      callback: ZERO_ADDRESS,
      app,
      dataset: ZERO_ADDRESS,
      onlyPool: ZERO_ADDRESS,
      maxAppPrice: wei(5n),
      maxDatasetPrice: wei(0n),
      maxPoolPrice: wei(7n),
      minStake: wei(3n),
      minOdds: 9n * 10n ** 18n,
      bagCodec: 0x55,
      deadlineSec: seconds(600),
      maturitySec: seconds(0),
      bag: ZERO_HEX32,
    },
  }
}
const codes = (set: OrderSet, context = {}) =>
  checkMatch(set, { nowSec, ...context }).map(({ code }) => code)

it('finds nothing wrong with orders that fit to the last unit', () => {
  expect(codes(orders(), { maxDeadlineSec: 600, maxMaturitySec: 0 })).toEqual([])
  expect(matchableVolume(orders(), { pool: 4n })).toBe(6n)
  expect(matchableVolume(orders(), { pool: 11n })).toBe(0n)
})

type Break = [why: string, code: string, mend: (set: OrderSet) => unknown]
const breaks: Break[] = [
  [
    'an expired order',
    'ORDER_EXPIRED',
    (set) => Object.assign(set.pool, { expiresAt: unixSeconds(999) }),
  ],
  ['another app', 'WRONG_APP', (set) => Object.assign(set.app, { app: other })],
  [
    'a data set nobody offers',
    'WRONG_DATASET',
    (set) => Object.assign(set.request, { dataset: other }),
  ],
  ['an app for another pool', 'RESTRICTED', (set) => Object.assign(set.app, { onlyPool: other })],
  [
    'an app for other people',
    'RESTRICTED',
    (set) => Object.assign(set.app, { onlyRequester: other }),
  ],
  ['an app for a data set', 'RESTRICTED', (set) => Object.assign(set.app, { onlyDataset: other })],
  ['a pool for another app', 'RESTRICTED', (set) => Object.assign(set.pool, { onlyApp: other })],
  [
    'a request for another pool',
    'RESTRICTED',
    (set) => Object.assign(set.request, { onlyPool: other }),
  ],
  [
    'a price one unit too high',
    'PRICE_ABOVE',
    (set) => Object.assign(set.pool, { price: wei(8n) }),
  ],
  [
    'one unit of fuel too much',
    'BEYOND_OFFER',
    (set) => Object.assign(set.request, { fuel: 101n }),
  ],
  [
    'more trust than promised',
    'BEYOND_OFFER',
    (set) => Object.assign(set.request, { minOdds: 10n ** 21n }),
  ],
  [
    'more stake than offered',
    'BEYOND_OFFER',
    (set) => Object.assign(set.request, { minStake: wei(4n) }),
  ],
  [
    'no time at all',
    'BAD_DEADLINE',
    (set) => Object.assign(set.request, { deadlineSec: seconds(0) }),
  ],
]
it.each(breaks)('names %s', (_, code, mend) => {
  const set = orders()
  mend(set)
  expect(codes(set)).toEqual([code])
})

it('returns every reason at once, with the values', () => {
  const set = orders()
  set.pool.price = wei(9n)
  set.request.memoryMiB = 65
  const found = checkMatch(set, { nowSec, consumed: { app: 10n } })
  expect(found.map(({ code }) => code)).toEqual(['ORDER_CONSUMED', 'PRICE_ABOVE', 'BEYOND_OFFER'])
  expect(found[1]?.meta).toEqual({ side: 'pool', price: '9', max: '7' })
})

it('admits members of a group and nobody else', () => {
  const set = orders()
  set.pool.onlyRequester = other
  expect(
    codes(set, {
      isMember: (group: Address, who: Address) => group === other && who === requester,
    }),
  ).toEqual([])
  expect(codes(set, { isMember: () => false })).toEqual(['RESTRICTED'])
})

describe('service levels', () => {
  const promised = (slaBps: number, taskSec: number): OrderSet => {
    const set = orders()
    Object.assign(set.request, { slaBps, taskSec: seconds(60) })
    Object.assign(set.pool, { stake: wei(0n), slots: 0, slaBps: 9000, taskSec: seconds(taskSec) })
    set.request.minStake = wei(0n)
    return set
  }

  it('are met by a pool that promises as much', () => {
    expect(codes(promised(9000, 60))).toEqual([])
    expect(codes(promised(0, 0))).toEqual([])
  })

  it('are not met by a smaller share, a longer time or no time', () => {
    expect(codes(promised(9001, 60))).toEqual(['BEYOND_OFFER'])
    expect(codes(promised(9000, 61))).toEqual(['TOO_SLOW'])
    expect(codes(promised(9000, 0))).toEqual(['TOO_SLOW'])
    expect(codes(promised(10_001, 60))).toEqual(['BEYOND_OFFER', 'BAD_SLA'])
  })

  it('leave the last slot the time that the pool needs', () => {
    const set = promised(9000, 60)
    Object.assign(set.request, { slotSec: seconds(60), deadlineSec: seconds(600) })
    expect(codes(set)).toEqual([])
    expect(codes(set, { maxVolume: 11n })).toEqual([])
    set.request.slotSec = seconds(61)
    expect(codes(set)).toEqual(['TOO_LITTLE_TIME'])
    expect(codes(set, { maxVolume: 9n })).toEqual([])
  })
})

describe('slots of a pool', () => {
  // Four slots, a minute a task, two minutes for all.
  const four = (change: { slaBps?: number; slotSec?: number; taskSec?: number } = {}): OrderSet => {
    const set = orders()
    Object.assign(set.pool, { taskSec: seconds(60), slots: 4, slaBps: change.slaBps ?? 0 })
    Object.assign(set.request, { deadlineSec: seconds(120), ...change })
    return set
  }
  const busy = (sec: number) => ({ busyUntilMs: (nowSec + sec) * 1000 })

  it('take what they can do before the deadline, each task taking its longest', () => {
    expect(codes(four(), { maxVolume: 5n })).toEqual([])
    expect(codes(four(), { maxVolume: 6n })).toEqual(['TOO_LITTLE_TIME'])
    expect(codes(four(), { maxVolume: 5n, ...busy(-3) })).toEqual([])
    expect(codes(four(), { maxVolume: 5n, ...busy(1) })).toEqual(['TOO_LITTLE_TIME'])
    expect(codes(four(), { maxVolume: 1n, ...busy(60) })).toEqual([])
  })

  it('say which deadline would do', () => {
    const [found] = checkMatch(four(), { nowSec, maxVolume: 6n, ...busy(15) })
    expect(found?.message).toBe(
      'For 6 tasks the pool needs up to 150 s, 15 s of them for what it took on before; the deadline is at 120 s. A deadline of 150 s would do.',
    )
    expect(found?.meta).toEqual({ deadlineSec: 120, neededSec: '150' })
  })

  it('are not leased to let them stand idle', () => {
    expect(codes(four({ slotSec: 15 }), { maxVolume: 5n })).toEqual([])
    expect(codes(four({ slotSec: 16 }), { maxVolume: 5n })).toEqual(['SLOTS_TOO_FAR'])
    expect(codes(four({ slotSec: 16 }), { maxVolume: 1n })).toEqual([])
  })

  it('promise what is left of the time after the wait', () => {
    const asked = { slaBps: 9000, taskSec: 90 }
    expect(codes(four(asked), { maxVolume: 3n })).toEqual([])
    expect(codes(four(asked), { maxVolume: 4n })).toEqual(['TOO_SLOW'])
    expect(codes(four(asked), { maxVolume: 1n, ...busy(31) })).toEqual(['TOO_SLOW'])
    expect(codes(four({ ...asked, slotSec: 15 }), { maxVolume: 4n, ...busy(15) })).toEqual([])
  })

  it('must be named, with a time, by who puts up stake', () => {
    for (const lack of [{ slots: 0 }, { taskSec: seconds(0) }]) {
      const set = four()
      Object.assign(set.pool, lack)
      expect(codes(set)).toEqual(['UNBOUNDED_STAKE'])
      Object.assign(set.pool, { stake: wei(0n) })
      set.request.minStake = wei(0n)
      expect(codes(set)).toEqual([])
    }
  })
})

describe('runs that cannot be compared', () => {
  it('go by the word of the pool and an arbiter', () => {
    const set = orders()
    set.app.determinism = DETERMINISM.none
    expect(codes(set)).toEqual(['NOT_REPLICABLE'])
    set.request.minOdds = 0n
    expect(codes(set)).toEqual(['NOT_REPLICABLE'])
    set.request.arbiter = requester
    expect(codes(set)).toEqual(['ARBITER_UNWANTED'])
    set.pool.onlyRequester = requester
    expect(codes(set)).toEqual([])
    Object.assign(set.pool, { onlyRequester: ZERO_ADDRESS, stake: wei(0n) })
    set.request.minStake = wei(0n)
    expect(codes(set)).toEqual([])
    set.app.determinism = 4
    expect(codes(set)).toEqual(['BAD_DETERMINISM'])
  })
})

describe('ads', () => {
  const poolAd = compileAd('[ MemoryMiB = 2048; Requirements = TARGET.Tasks <= 100 ]')
  const requestAd = compileAd('[ Tasks = 10; Requirements = TARGET.MemoryMiB >= 1024 ]')
  const greedy = compileAd('[ Tasks = 1000; Requirements = TARGET.MemoryMiB >= 1024 ]')
  const withAds = (pool: Hex, request: Hex): OrderSet => {
    const set = orders()
    set.pool.ad = hashAd(pool)
    set.request.ad = hashAd(request)
    return set
  }

  it('must be those that the orders name', () => {
    const set = withAds(poolAd, requestAd)
    expect(codes(set, { ads: { pool: poolAd, request: requestAd } })).toEqual([])
    expect(codes(set, { ads: { pool: poolAd, request: greedy } })).toEqual(['WRONG_AD'])
    expect(codes(set)).toEqual(['WRONG_AD', 'WRONG_AD'])
    expect(codes(orders(), { ads: { request: requestAd } })).toEqual(['WRONG_AD'])
  })

  it('must each meet the other, also when one side has none', () => {
    const refused = ['REQUIREMENTS_NOT_MET']
    expect(codes(withAds(poolAd, greedy), { ads: { pool: poolAd, request: greedy } })).toEqual(
      refused,
    )
    expect(codes(withAds('0x', requestAd), { ads: { request: requestAd } })).toEqual(refused)
    expect(codes(withAds('0x01', '0x'), { ads: { pool: '0x01' } })).toEqual(refused)
  })

  it('tell which part is not met and why, or that an ad cannot be read', () => {
    const says = (set: OrderSet, ads: MatchContext['ads']) =>
      checkMatch(set, { nowSec, ads }).map(({ message }) => message)
    expect(says(withAds(poolAd, greedy), { pool: poolAd, request: greedy })).toEqual([
      'The pool requires TARGET.tasks <= 100, which is false (TARGET.tasks = 1000).',
    ])
    expect(says(withAds('0x', '0x0100ff'), { request: '0x0100ff' })).toEqual([
      "The request's ad has no instruction at byte 2.",
    ])
  })
})

it('gives every reason at once, also of service, determinism and ads', () => {
  const set = orders()
  set.app.determinism = DETERMINISM.none
  Object.assign(set.request, { slaBps: 10_001, slotSec: seconds(600), ad: hashAd('0x01') })
  expect(codes(set)).toEqual([
    'NOT_REPLICABLE',
    'BEYOND_OFFER',
    'BAD_SLA',
    'WRONG_AD',
    'SLOTS_TOO_FAR',
    'TOO_SLOW',
  ])
})

describe('the gas of a callback', () => {
  const asking = (callback: Address, callbackGas: number): OrderSet => {
    const set = orders()
    Object.assign(set.request, { callback, callbackGas })
    return set
  }

  it('is 1 to 5,000,000, and none without a callback', () => {
    expect(codes(asking(ZERO_ADDRESS, 0))).toEqual([])
    expect(codes(asking(other, 1))).toEqual([])
    expect(codes(asking(other, 5_000_000))).toEqual([])
    for (const set of [asking(ZERO_ADDRESS, 1), asking(other, 0), asking(other, 5_000_001)])
      expect(codes(set)).toEqual(['BAD_CALLBACK_GAS'])
  })
})
