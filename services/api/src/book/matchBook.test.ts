import { seconds, unixSeconds, wei } from '@millrace/base'
import { parseAd, type RequestOrder, toChainAd } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { APP, appInBook, aRequest, NOW, POOL, poolInBook, REQUESTER } from '../testOrders.ts'
import { type MatchBookParameters, matchBook } from './matchBook.ts'
import type { Offers } from './offersTable.ts'

const ask = (
  offers: Partial<Offers>,
  request: Partial<RequestOrder> = {},
  rest: Partial<MatchBookParameters> = {},
) =>
  matchBook({
    request: aRequest(request),
    consumed: 0n,
    offers: { app: [], dataset: [], pool: [], ...offers },
    context: { nowSec: NOW },
    ...rest,
  })

const OTHER = `0x${'d4'.repeat(20)}` as typeof APP

describe('matchBook', () => {
  it('takes the cheapest orders that fit, not the cheapest orders', () => {
    const [dear, cheap] = [poolInBook({ price: wei(9n) }), poolInBook({ price: wei(5n) })]
    const tooSmall = poolInBook({ price: wei(1n), memoryMiB: 32 })
    const app = appInBook()
    const answer = ask({ app: [app], pool: [tooSmall, dear, cheap] })
    expect(answer).toMatchObject({ found: true, costPerTask: 7n, volume: 100 })
    expect(answer.found && answer.pool.hash).toBe(cheap.hash)
    expect(answer.found && answer.app.hash).toBe(app.hash)
  })

  it('takes the pool that the request likes best, and the cheapest of equally liked ones', () => {
    const [cheap, liked, dear] = [1n, 5n, 9n].map((price) => poolInBook({ price: wei(price) }))
    if (cheap === undefined || liked === undefined || dear === undefined) throw new RangeError()
    const ranks = new Map([
      [cheap.hash, -1],
      [liked.hash, 2.5],
      [dear.hash, 2.5],
    ])
    const offers = { app: [appInBook()], pool: [cheap, dear, liked] }
    const answer = ask(offers, {}, { ranks })
    expect(answer.found && answer.pool.hash).toBe(liked.hash)
    const unranked = ask(offers)
    expect(unranked.found && unranked.pool.hash).toBe(cheap.hash)
  })

  it('takes only pools whose ad meets the requirements, and says so of the others', () => {
    const asked = toChainAd(parseAd('[ Requirements = TARGET.Region == "eu" ]'))
    const [here, there] = ['eu', 'us'].map((region) => toChainAd(parseAd(`[Region = "${region}"]`)))
    if (here === undefined || there === undefined) throw new RangeError()
    const near = poolInBook({ ad: here.hash, price: wei(9n) }, { ad: here.ad })
    const far = poolInBook({ ad: there.hash }, { ad: there.ad })
    const silent = poolInBook()
    const request = { ad: asked.hash }
    const found = ask({ app: [appInBook()], pool: [far, silent, near] }, request, { ad: asked.ad })
    expect(found.found && found.pool.hash).toBe(near.hash)
    const none = ask({ app: [appInBook()], pool: [far, silent] }, request, { ad: asked.ad })
    const reasons = none.found ? [] : none.reasons.map(({ order, code }) => [order, code])
    expect(reasons).toEqual([
      [far.hash, 'REQUIREMENTS_NOT_MET'],
      [silent.hash, 'REQUIREMENTS_NOT_MET'],
    ])
  })

  it('takes the larger volume among equally cheap ones', () => {
    const [small, large] = [poolInBook({}, { remaining: 3n }), poolInBook({}, { remaining: 50n })]
    const answer = ask({ app: [appInBook()], pool: [small, large] })
    expect(answer).toMatchObject({ found: true, volume: 50 })
  })

  it('counts what a pool took on before, and says which deadline would do', () => {
    const slow = { taskSec: seconds(60), slots: 1 }
    const busy = poolInBook({ ...slow, price: wei(1n) }, { busyUntilMs: (NOW + 600) * 1000 })
    const free = poolInBook(slow)
    const found = ask({ app: [appInBook()], pool: [busy, free] }, { volume: 10n })
    expect(found.found && found.pool.hash).toBe(free.hash)
    const none = ask({ app: [appInBook()], pool: [busy] }, { volume: 10n })
    const neededSec = 600 + 10 * 60
    expect(none.found ? [] : none.reasons).toMatchObject([
      { code: 'TOO_LITTLE_TIME', order: busy.hash, neededSec },
    ])
    const deadlineSec = seconds(neededSec)
    expect(ask({ app: [appInBook()], pool: [busy] }, { volume: 10n, deadlineSec }).found).toBe(true)
  })

  it('says nothing of slots where there is no pool', () => {
    const answer = ask({ app: [appInBook()] }, { slotSec: seconds(60), slaBps: 9000 })
    expect(answer.found ? [] : answer.reasons.map(({ code }) => code)).toEqual(['NO_POOL_ORDER'])
  })

  it('offers no more tasks than the request has left', () => {
    const offers = { app: [appInBook()], pool: [poolInBook()] }
    expect(ask(offers, { volume: 10n }, { consumed: 7n })).toMatchObject({ volume: 3 })
  })

  it('pairs an app that admits one pool only with that pool', () => {
    const picky = appInBook({ price: wei(0n), onlyPool: OTHER })
    const [cheap, admitted] = [poolInBook({ price: wei(1n) }), poolInBook({ pool: OTHER })]
    const answer = ask({ app: [picky], pool: [cheap, admitted] })
    expect(answer.found && answer.pool.hash).toBe(admitted.hash)
  })

  it('asks group contracts whom they admit', () => {
    const group = OTHER
    const offers = { app: [appInBook({ onlyRequester: group })], pool: [poolInBook()] }
    expect(ask(offers).found).toBe(false)
    const isMember = (at: string, who: string) => at === group && who === REQUESTER
    expect(ask(offers, {}, { context: { nowSec: NOW, isMember } }).found).toBe(true)
  })

  it('says of every order why it does not fit', () => {
    const app = appInBook({ price: wei(3n) })
    const small = poolInBook({ memoryMiB: 32, price: wei(11n) })
    const old = poolInBook({ expiresAt: unixSeconds(NOW - 5) })
    const answer = ask({ app: [app], pool: [small, old] })
    const reasons = answer.found ? [] : answer.reasons.map(({ order, code }) => [order, code])
    expect(reasons).toEqual(
      expect.arrayContaining([
        [app.hash, 'PRICE_ABOVE'],
        [small.hash, 'PRICE_ABOVE'],
        [small.hash, 'BEYOND_OFFER'],
        [old.hash, 'ORDER_EXPIRED'],
      ]),
    )
    expect(reasons).toHaveLength(4)
  })

  it('judges the pools even when nobody sells the app', () => {
    const small = poolInBook({ diskMiB: 1 })
    const answer = ask({ pool: [small] })
    expect(answer).toMatchObject({
      found: false,
      reasons: [
        { code: 'NO_APP_ORDER', message: expect.stringContaining(APP) },
        { code: 'BEYOND_OFFER', order: small.hash },
      ],
    })
  })

  it('finds nothing without a pool, whatever the request allows', () => {
    const answer = ask({ app: [appInBook()] }, { onlyPool: POOL })
    expect(answer).toMatchObject({ found: false, reasons: [{ code: 'NO_POOL_ORDER' }] })
  })

  it('blames no order for what only the request can change', () => {
    const answer = ask(
      { app: [appInBook()], pool: [poolInBook()] },
      { deadlineSec: 9999 as never },
      { context: { nowSec: NOW, maxDeadlineSec: 100 } },
    )
    expect(answer.found ? [] : answer.reasons).toMatchObject([{ code: 'BAD_DEADLINE' }])
    expect(answer.found || answer.reasons[0]).not.toHaveProperty('order')
  })
})
