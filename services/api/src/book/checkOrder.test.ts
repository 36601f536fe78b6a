import { type Hex, type Hex32, seconds, unixSeconds, wei } from '@millrace/base'
import { WrongAdError } from '@millrace/chain'
import { AdEncodingError, hashAd, NO_AD, parseAd, toChainAd } from '@millrace/protocol'
import type { SignedOrder } from '@millrace/wire'
import { describe, expect, it } from 'vitest'
import { APP, anAppOrder, aPoolOrder, aRequest, NOW } from '../testOrders.ts'
import { checkAd, checkLife, checkNumbers } from './checkOrder.ts'
import { factsOf } from './orderFacts.ts'

const check = (signed: Pick<SignedOrder, 'kind' | 'order'>) => {
  checkNumbers(signed)
  const whole = { ...signed, signature: '0x' } as SignedOrder
  checkLife(factsOf(whole, { chainId: 1, verifyingContract: APP }), NOW)
}
const refuses = (signed: Pick<SignedOrder, 'kind' | 'order'>, field: string) =>
  expect(() => check(signed)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', meta: expect.objectContaining({ field }) }),
  )

describe('the checks of an order', () => {
  it('takes sane orders of every kind', () => {
    check({ kind: 'app', order: anAppOrder() })
    check({ kind: 'pool', order: aPoolOrder() })
    check({ kind: 'request', order: aRequest() })
  })

  it('names the field whose number does not fit the contract', () => {
    refuses({ kind: 'app', order: anAppOrder({ volume: 0n }) }, 'order.volume')
    refuses({ kind: 'app', order: anAppOrder({ volume: 1n << 64n }) }, 'order.volume')
    refuses({ kind: 'app', order: anAppOrder({ price: wei(1n << 128n) }) }, 'order.price')
    refuses({ kind: 'pool', order: aPoolOrder({ stake: wei(1n << 128n) }) }, 'order.stake')
    refuses({ kind: 'pool', order: aPoolOrder({ fuel: 0n }) }, 'order.fuel')
    refuses({ kind: 'pool', order: aPoolOrder({ memoryMiB: 2 ** 31 }) }, 'order.memoryMiB')
    refuses({ kind: 'request', order: aRequest({ minOdds: 1n << 128n }) }, 'order.minOdds')
    refuses({ kind: 'request', order: aRequest({ deadlineSec: seconds(0) }) }, 'order.deadlineSec')
    refuses({ kind: 'request', order: aRequest({ bagCodec: 1 }) }, 'order.bagCodec')
  })

  it('refuses an expired order, and one that never expires', () => {
    const expired = anAppOrder({ expiresAt: unixSeconds(NOW - 1) })
    expect(() => check({ kind: 'app', order: expired })).toThrow(
      expect.objectContaining({ code: 'ORDER_EXPIRED' }),
    )
    check({ kind: 'app', order: anAppOrder({ expiresAt: NOW }) })
    const eternal = anAppOrder({ expiresAt: unixSeconds(2 ** 47) })
    refuses({ kind: 'app', order: eternal }, 'order.expiresAt')
  })
})

describe('checkAd', () => {
  const compiled = toChainAd(parseAd('[ MemoryMiB = 64; Requirements = TARGET.Tasks < 9 ]'))
  const signedWith = (ad: Hex | undefined, hash: Hex32): SignedOrder => ({
    kind: 'pool',
    order: aPoolOrder({ ad: hash }),
    signature: '0x',
    ...(ad === undefined ? {} : { ad }),
  })

  it('takes the ad that the order names, and none where it names none', () => {
    checkAd(signedWith(compiled.ad, compiled.hash))
    checkAd(signedWith(undefined, NO_AD.hash))
    checkAd(signedWith('0x', NO_AD.hash))
  })

  it('refuses another ad, a missing one, and bytes that are no ad', () => {
    expect(() => checkAd(signedWith(compiled.ad, NO_AD.hash))).toThrow(WrongAdError)
    expect(() => checkAd(signedWith(undefined, compiled.hash))).toThrow(WrongAdError)
    expect(() => checkAd(signedWith('0xff', hashAd('0xff')))).toThrow(AdEncodingError)
  })
})
