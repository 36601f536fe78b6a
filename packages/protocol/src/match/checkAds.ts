import type { Hex, Hex32 } from '@millrace/base'
import { AdEncodingError } from '../classAd/bytecode/adEncodingError.ts'
import { matchesAds } from '../classAd/bytecode/evaluateProgram.ts'
import { hashAd } from '../orders.ts'
import { type Mismatch, mismatch } from './mismatch.ts'
import type { MatchContext, OrderSet } from './orderSet.ts'

/** Ads are those that the orders name, and each meets the other's requirements. */
export function checkAds({ pool, request }: OrderSet, { ads = {} }: MatchContext): Mismatch[] {
  const [poolAd, requestAd] = [ads.pool ?? '0x', ads.request ?? '0x']
  const found = [...checkAd('pool', pool.ad, poolAd), ...checkAd('request', request.ad, requestAd)]
  const isPlain = poolAd === '0x' && requestAd === '0x'
  if (found.length > 0 || isPlain || meet(poolAd, requestAd)) return found
  return [
    mismatch(
      'REQUIREMENTS_NOT_MET',
      'The requirements of the pool and of the request are not both met.',
      {
        poolAd: pool.ad,
        requestAd: request.ad,
      },
    ),
  ]
}

function checkAd(side: string, expected: Hex32, ad: Hex): Mismatch[] {
  const found = hashAd(ad)
  if (found === expected) return []
  return [
    mismatch(
      'WRONG_AD',
      `The ad of the ${side} order hashes to ${found}, the order names ${expected}.`,
      {
        side,
        expected,
        found,
      },
    ),
  ]
}

/** An ad that cannot be read meets nothing, as on chain. */
function meet(poolAd: Hex, requestAd: Hex): boolean {
  try {
    return matchesAds(poolAd, requestAd)
  } catch (error) {
    if (error instanceof AdEncodingError) return false
    throw error
  }
}
