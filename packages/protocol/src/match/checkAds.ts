import type { Hex, Hex32 } from '@millrace/base'
import { AdEncodingError } from '../classAd/bytecode/adEncodingError.ts'
import { unmetRequirements } from '../classAd/bytecode/unmetRequirements.ts'
import { hashAd } from '../orders.ts'
import { type Mismatch, mismatch } from './mismatch.ts'
import type { MatchContext, OrderSet } from './orderSet.ts'

/** Ads are those that the orders name, and each meets the other's requirements. */
export function checkAds({ pool, request }: OrderSet, { ads = {} }: MatchContext): Mismatch[] {
  const [poolAd, requestAd] = [ads.pool ?? '0x', ads.request ?? '0x']
  const found = [...checkAd('pool', pool.ad, poolAd), ...checkAd('request', request.ad, requestAd)]
  if (found.length > 0) return found
  const meta = { poolAd: pool.ad, requestAd: request.ad }
  return reasonsOf(poolAd, requestAd).map((reason) =>
    mismatch('REQUIREMENTS_NOT_MET', reason, meta),
  )
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
function reasonsOf(poolAd: Hex, requestAd: Hex): string[] {
  try {
    return unmetRequirements(poolAd, requestAd).map(({ side, part, value, given }) => {
      const who = side === 'left' ? 'pool' : 'request'
      const because = given.length === 0 ? '' : ` (${given.join(', ')})`
      return `The ${who} requires ${part}, which is ${value}${because}.`
    })
  } catch (error) {
    if (!(error instanceof AdEncodingError)) throw error
    return [`${error.message.replace('left', "pool's").replace('right', "request's")}`]
  }
}
