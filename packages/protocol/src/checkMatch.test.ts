import {
  type Address,
  address,
  seconds,
  unixSeconds,
  wei,
  ZERO_ADDRESS,
  ZERO_HEX32,
} from '@millrace/base'
import { expect, it } from 'vitest'
import { checkMatch, matchableVolume, type OrderSet } from './checkMatch.ts'
import { PLAIN } from './orders.ts'

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
