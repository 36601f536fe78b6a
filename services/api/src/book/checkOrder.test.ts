import { seconds, unixSeconds, wei } from '@millrace/base'
import type { SignedOrder } from '@millrace/wire'
import { describe, expect, it } from 'vitest'
import { APP, anAppOrder, aPoolOrder, aRequest, NOW } from '../testOrders.ts'
import { checkLife, checkNumbers } from './checkOrder.ts'
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
