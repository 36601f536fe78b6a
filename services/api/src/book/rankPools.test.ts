import { wei } from '@millrace/base'
import { parseExpression } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { appInBook, aRequest, NOW, POOL, poolInBook } from '../testOrders.ts'
import { poolsOf, rankPools, wattsOf } from './rankPools.ts'

const COIN = 10n ** 18n
const OTHER = `0x${'d4'.repeat(20)}` as typeof POOL

function ranksOf(rank: string, words: string, change: Parameters<typeof poolInBook>[0] = {}) {
  const pool = poolInBook(change)
  const ranks = rankPools({
    request: aRequest({ memoryMiB: 64 }),
    rank: parseExpression(rank),
    pools: [pool, appInBook()],
    ads: new Map([[POOL, words]]),
    nowSec: NOW,
  })
  expect(ranks.size).toBe(1)
  return ranks.get(pool.hash)
}

describe('rankPools', () => {
  it('sees the words of the pool, the numbers of its order and those of the request', () => {
    const words = '[ Region = "eu"; Speed = 1.5; MemoryMiB = 1 ]'
    expect(ranksOf('ifThenElse(TARGET.Region == "EU", 10, 0) + TARGET.Speed', words)).toBe(11.5)
    expect(ranksOf('TARGET.MemoryMiB - MY.MemoryMiB', words, { memoryMiB: 100 })).toBe(36)
    expect(ranksOf('-TARGET.PriceMicro', words, { price: wei(COIN / 1000n) })).toBe(-1000)
  })

  it('ranks 0 what is no number, or is not there', () => {
    for (const rank of ['"best"', 'TARGET.Nothing', '1 / 0', '0.0 / 0.0'])
      expect(ranksOf(rank, '[]'), rank).toBe(0)
  })

  it('ranks 0 a pool whose words cannot be read or take too long', () => {
    expect(ranksOf('TARGET.Speed', '[ Speed = ')).toBe(0)
    expect(ranksOf('TARGET.Speed', `[ Speed = 2; Words = "${'x'.repeat(4_100)}" ]`)).toBe(0)
    const links = Array.from({ length: 40 }, (_, i) => `a${i} = a${i + 1} + a${i + 1}`)
    const started = performance.now()
    expect(ranksOf('TARGET.a0', `[ ${links.join('; ')}; a40 = 1 ]`)).toBe(0)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

it('names every pool of a list of orders once', () => {
  const orders = [poolInBook(), poolInBook({ pool: OTHER }), poolInBook(), appInBook()]
  expect(poolsOf(orders)).toEqual([POOL, OTHER])
})

it('knows the watts of pools that declare them', () => {
  const ads = ['[ WattsPerSlot = 12.5 ]', '[ WattsPerSlot = 0 ]', '[ WattsPerSlot = real("INF") ]']
  const others = ['[]', '[ WattsPerSlot = "few" ]', '[ WattsPerSlot = -3 ]', '[ WattsPerSlot = ']
  const all = [...ads, ...others].map((ad, i): [typeof POOL, string] => [
    `0x${`${i}`.repeat(40)}` as typeof POOL,
    ad,
  ])
  expect([...wattsOf(new Map(all)).values()]).toEqual([12.5])
})
