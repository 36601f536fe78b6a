import { existsSync, readFileSync } from 'node:fs'
import { seconds, unixSeconds, wei, ZERO_ADDRESS, ZERO_HEX32 } from '@millrace/base'
import { keccak256 } from 'viem'
import { describe, expect, it } from 'vitest'
import { PLAIN, type PoolOrder, type RequestOrder } from '../orders.ts'
import { matchesAds } from './bytecode/evaluateProgram.ts'
import { ClassAdNotOnChainError } from './bytecode/notOnChainError.ts'
import { NO_AD, toChainAd } from './chainAd.ts'
import { matchAds } from './match.ts'
import { offerAd, requestAd } from './orderAds.ts'
import { parseAd, parseExpression } from './parser.ts'
import { printAd, printExpression } from './printer.ts'

const MATCHMAKING = new URL(
  '../../../../../shared/vectors/classad_matchmaking.json',
  import.meta.url,
)
const COIN = 10n ** 18n

function aPool(change: Partial<PoolOrder> = {}): PoolOrder {
  return {
    pool: ZERO_ADDRESS,
    price: wei(COIN / 1000n + 1n),
    stake: wei(COIN),
    maxOdds: 0n,
    volume: 1n,
    fuel: 2n ** 64n - 1n,
    memoryMiB: 2048,
    diskMiB: 10,
    wallSec: 60,
    expiresAt: unixSeconds(0),
    salt: 0n,
    onlyApp: ZERO_ADDRESS,
    onlyDataset: ZERO_ADDRESS,
    onlyRequester: ZERO_ADDRESS,
    ...PLAIN.pool,
    ...change,
  }
}

function aRequest(change: Partial<RequestOrder> = {}): RequestOrder {
  return {
    requester: ZERO_ADDRESS,
    beneficiary: ZERO_ADDRESS,
    callback: ZERO_ADDRESS,
    app: ZERO_ADDRESS,
    dataset: ZERO_ADDRESS,
    onlyPool: ZERO_ADDRESS,
    maxAppPrice: wei(0n),
    maxDatasetPrice: wei(0n),
    maxPoolPrice: wei(2n ** 128n - 1n),
    minStake: wei(1n),
    minOdds: 0n,
    volume: 7n,
    fuel: 5n,
    memoryMiB: 1024,
    diskMiB: 1,
    wallSec: 30,
    bagCodec: 0x55,
    deadlineSec: seconds(600),
    maturitySec: seconds(0),
    expiresAt: unixSeconds(0),
    bag: ZERO_HEX32,
    salt: 0n,
    ...PLAIN.request,
    ...change,
  }
}

/**
 * No reals; no attributes that the other ad changes, which are not advertised; and Requirements in
 * both, because without them an order accepts all and an ad of the language nobody.
 */
function isWithinSubset(...ads: string[]): boolean {
  return ads.every((text) => {
    const others = [...parseAd(text).attributes].filter(
      ([key]) => !/^(requirements|rank)$/.test(key),
    )
    const open = others.some(([, { expression }]) => /target/i.test(printExpression(expression)))
    return /requirements\s*=/i.test(text) && !/\d\.\d/.test(text) && !open
  })
}

function asked(requirements: string) {
  return toChainAd(requestAd(aRequest(), { requirements: parseExpression(requirements) }))
}

describe('offerAd', () => {
  it('puts the numbers of the order in the place of what the pool says of them', () => {
    const words = parseAd('[ Name = "p"; memorymib = 999999; PriceMicro = 0 ]')
    expect(printAd(offerAd(aPool(), words))).toBe(
      '[ Name = "p"; MemoryMiB = 2048; PriceMicro = 1001; StakeMicro = 1000000; ' +
        'Fuel = 9223372036854775807; DiskMiB = 10; WallSec = 60; TaskSec = 0; SlaBps = 0; ' +
        'Slots = 0; Requirements = true ]',
    )
  })
})

describe('toChainAd', () => {
  it('matches on chain where the ads match in the full language', () => {
    const pool = toChainAd(
      offerAd(aPool(), parseAd('[ Region = "EU"; Requirements = TARGET.Tasks < 10 ]')),
    )
    for (const [requirements, expected] of [
      ['TARGET.MemoryMiB >= 2 * MY.MemoryMiB && TARGET.Region == "eu"', true],
      ['TARGET.PriceMicro <= 1000', false],
      ['TARGET.Gpus >= 1', false],
      ['TARGET.Gpus =?= undefined', true],
    ] as const) {
      expect(matchesAds(pool.ad, asked(requirements).ad), requirements).toBe(expected)
    }
    const many = toChainAd(requestAd(aRequest({ volume: 10n }), {}))
    expect(matchesAds(pool.ad, many.ad)).toBe(false)
  })

  it('computes with the full language what the other ad does not change', () => {
    const ad = parseAd(
      '[ Sizes = {256, 512}; Least = int(max(Sizes) * 1.5); Requirements = TARGET.MemoryMiB >= Least ]',
    )
    const pool = toChainAd(offerAd(aPool({ memoryMiB: 768 }), parseAd('[]')))
    const small = toChainAd(offerAd(aPool({ memoryMiB: 767 }), parseAd('[]')))
    expect(matchesAds(pool.ad, toChainAd(ad).ad)).toBe(true)
    expect(matchesAds(small.ad, toChainAd(ad).ad)).toBe(false)
  })

  it('leaves out what the chain cannot hold and nobody asks it for', () => {
    const plain = parseAd('[ a = 1 ]')
    const rich = parseAd(
      `[ a = 1; b = 2.5; c = {1}; d = [e = 1]; f = "${'x'.repeat(40)}"; g = h; Rank = TARGET.x; Requirements = true ]`,
    )
    expect(toChainAd(rich)).toEqual(toChainAd(plain))
  })

  it('is nothing for an ad that says nothing', () => {
    expect(toChainAd(parseAd('[ Requirements = 1 < 2; Rank = TARGET.Speed ]'))).toEqual(NO_AD)
  })

  it('names its bytes by their keccak256', () => {
    const { ad, hash } = asked('TARGET.MemoryMiB > 1')
    expect(hash).toBe(keccak256(ad))
  })

  it.each([
    ['regexp("^eu", TARGET.Region)', 0],
    ['TARGET.Load < 0.5', 14],
    ['member(TARGET.Region, {"eu", "us"})', 0],
  ])('refuses to ask %s of the other ad on chain', (requirements, position) => {
    expect(() => asked(requirements)).toThrow(ClassAdNotOnChainError)
    expect(() => asked(requirements)).toThrow(expect.objectContaining({ position }))
  })

  it.skipIf(!existsSync(MATCHMAKING))('agrees with HTCondor on the ads of the vectors', () => {
    const { cases } = JSON.parse(readFileSync(MATCHMAKING, 'utf8')) as {
      cases: { id: string; mode: string; left: string; right: string }[]
    }
    const seen = new Set<string>()
    for (const { id, mode, left, right } of cases) {
      if (mode !== 'n' || seen.has(left + right) || !isWithinSubset(left, right)) continue
      seen.add(left + right)
      const [one, other] = [parseAd(left), parseAd(right)]
      const onChain = matchesAds(toChainAd(one).ad, toChainAd(other).ad)
      expect(onChain, id).toBe(matchAds(one, other).matches)
    }
    expect(seen.size).toBeGreaterThan(15)
  })
})
