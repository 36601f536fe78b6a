import { bps, seconds, seededRandom, systemClock, wei } from '@millrace/base'
import { hashAd, oddsOfTrust, PLAIN } from '@millrace/protocol'
import { cidOf, cidToContent } from '@millrace/storage/client'
import { type Manifest, zManifest } from '@millrace/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BuildRequestParameters, buildRequest, type Trust } from './buildRequest.ts'
import { NoOfferFitsError, PriceAboveLimitError } from './errors.ts'
import { atQuotedPrice, fittingDeadline, type Match, priceOf, requireMatch } from './quote.ts'

const ADDRESS = `0x${'11'.repeat(20)}` as never
const MANIFEST: Manifest = zManifest.parse({
  format: 'millrace/app/1',
  name: 'echo',
  version: '1.0.0',
  description: '',
  runtime: 'wasm',
  limits: { fuel: '1000', memoryMiB: 16, diskMiB: 2, wallSec: 5 },
  determinism: 'bitwise',
  price: '0',
  program: {
    cid: cidOf(new Uint8Array(1)),
    sha256: `0x${'00'.repeat(32)}`,
    sizeBytes: 1,
    name: 'echo.wasm',
  },
})

function aRequest(tasks: number, trust: Trust = 0.9, change: Partial<BuildRequestParameters> = {}) {
  const cid = cidOf(new Uint8Array(2))
  return buildRequest(
    { clock: { ...systemClock, nowMs: () => 1_000_000 }, random: seededRandom(1) },
    {
      requester: ADDRESS,
      app: ADDRESS,
      manifest: MANIFEST,
      bag: { cid, ...cidToContent(cid), bag: { tasks: Array(tasks).fill({}) } as never },
      trust,
      deadlineSec: 600 as never,
      ...change,
    },
  )
}

const aMatch = (appPrice: bigint, poolPrice: bigint): Match =>
  ({
    found: true,
    app: { signed: { order: { price: appPrice } } },
    pool: { signed: { order: { price: poolPrice } } },
    volume: 10,
    costPerTask: wei(appPrice + poolPrice),
  }) as unknown as Match

describe('a request', () => {
  it("asks for the bag under the app's limits, and no longer than its deadline", () => {
    expect(aRequest(3)).toMatchObject({
      volume: 3n,
      fuel: 1000n,
      memoryMiB: 16,
      minOdds: oddsOfTrust(0.9),
      expiresAt: 1600,
      maturitySec: 0,
    })
  })

  it('takes the word of the pool only when that is asked for by name', () => {
    expect(aRequest(1, 'none').minOdds).toBe(0n)
    for (const trust of [0, -0, Number.NaN, -1, 1, null, '0', ''])
      expect(() => aRequest(1, trust as Trust)).toThrow(/trust/)
  })

  it('never rounds a little trust down to none', () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: 0.999_999_9, noNaN: true }), (trust) => {
        expect(aRequest(1, trust).minOdds > 0n).toBe(true)
      }),
    )
  })

  it('asks for no promise, no slots, no ad and no arbiter unless told', () => {
    expect(aRequest(1)).toMatchObject(PLAIN.request)
    const sla = { shareBps: bps(9500), taskSec: seconds(60) }
    const asked = aRequest(1, 0.9, { sla, slotSec: seconds(5), ad: '0x1234' })
    expect(asked).toMatchObject({ slaBps: 9500, taskSec: 60, slotSec: 5, ad: hashAd('0x1234') })
  })

  it('names the requester as arbiter where no two runs are alike', () => {
    const manifest: Manifest = { ...MANIFEST, determinism: 'none' }
    expect(aRequest(1, 'none', { manifest }).arbiter).toBe(ADDRESS)
    const arbiter = `0x${'22'.repeat(20)}` as never
    expect(aRequest(1, 'none', { manifest, arbiter }).arbiter).toBe(arbiter)
  })
})

describe('a quote', () => {
  it('is the price of all tasks, and the most that a match can then cost', () => {
    const request = aRequest(4)
    const match = aMatch(2n, 5n)
    expect(priceOf(match, request)).toBe(28n)
    expect(atQuotedPrice(request, match)).toMatchObject({
      maxAppPrice: 2n,
      maxDatasetPrice: 0n,
      maxPoolPrice: 5n,
    })
  })

  it("is refused over the buyer's limit for the whole job, with both numbers", () => {
    const request = aRequest(4)
    expect(requireMatch(aMatch(2n, 5n), request, wei(28n))).toBeDefined()
    expect(() => requireMatch(aMatch(2n, 5n), request, wei(27n))).toThrow(PriceAboveLimitError)
  })

  it('knows the shortest deadline at which an order would fit, if time is all that it lacks', () => {
    const [slow, slower, small] = ['01', '02', '03'].map((byte) => `0x${byte.repeat(32)}` as never)
    const late = { code: 'TOO_LITTLE_TIME', message: '' }
    const reasons = [
      { ...late, order: small, neededSec: 700 },
      { code: 'BEYOND_OFFER', message: '', order: small },
      { ...late, order: slower, neededSec: 1200 },
      { ...late, order: slow, neededSec: 900 },
    ]
    expect(fittingDeadline({ found: false, reasons })).toBe(900)
    expect(fittingDeadline({ found: false, reasons: reasons.slice(0, 2) })).toBeUndefined()
    expect(fittingDeadline(aMatch(2n, 5n))).toBeUndefined()
  })

  it('gives each reason once where nothing fits', () => {
    const reason = { code: 'PRICE_ABOVE', message: 'too dear' }
    try {
      requireMatch({ found: false, reasons: [reason, reason] }, aRequest(1))
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(NoOfferFitsError)
      expect((error as NoOfferFitsError).hints).toEqual(['too dear'])
    }
  })
})
