import { describe, expect, it } from 'vitest'
import { type OfferValues, type OfferWeights, rankOffers } from './rankOffers.ts'

const cheap: OfferValues = { price: 100, time: 900, reliability: 0.9 }
const quick: OfferValues = { price: 200, time: 300, reliability: 0.99 }
const fresh: OfferValues = { price: 100 }
const order = (weights: OfferWeights, offers: OfferValues[]) =>
  rankOffers(weights, offers).map(({ index }) => index)

describe('rankOffers', () => {
  it('follows the weights', () => {
    expect(order({ price: 3, time: 1 }, [quick, cheap])).toEqual([1, 0])
    expect(order({ price: 1, time: 3 }, [cheap, quick])).toEqual([1, 0])
  })

  it('puts a pool without history between a good one and a bad one', () => {
    expect(order({ reliability: 1 }, [cheap, fresh, quick])).toEqual([2, 1, 0])
  })

  it('takes the cheapest of equal offers, then the first', () => {
    const dear = { ...cheap, price: 101 }
    expect(order({ time: 1 }, [dear, cheap])).toEqual([1, 0])
    expect(order({ time: 1 }, [cheap, cheap])).toEqual([0, 1])
  })

  it('does not count a difference of price below 2 %', () => {
    const ranked = rankOffers({ price: 1 }, [{ price: 10_199 }, { price: 10_000 }])
    expect(ranked.map(({ net }) => net)).toEqual([0, 0])
    expect(ranked[0]?.lead).toBe('equal')
  })

  it('compares what costs nothing', () => {
    expect(order({ price: 1 }, [{ price: 1e18 }, { price: 0 }])).toEqual([1, 0])
  })

  it('says what spoke for an offer, and whether anything spoke against it', () => {
    const [first, second] = rankOffers({ price: 1, time: 1, energy: 2 }, [quick, cheap])
    expect(first?.byCriterion).toMatchObject({ energy: 0, trust: 0 })
    expect(first?.lead).toBe('equal')
    expect(second?.lead).toBeUndefined()
    const [best] = rankOffers({ time: 2, reliability: 1 }, [quick, cheap])
    expect(best?.lead).toBe('better')
    expect((best?.byCriterion.time ?? 0) + (best?.byCriterion.reliability ?? 0)).toBeCloseTo(
      best?.net ?? 0,
      12,
    )
  })

  it('ranks nothing, and one', () => {
    expect(rankOffers({ price: 1 }, [])).toEqual([])
    expect(rankOffers({ price: 1 }, [cheap])[0]).toMatchObject({ index: 0, net: 0 })
  })
})
