import { InvalidInputError } from '@millrace/base'
import type { OfferWeights } from '@millrace/protocol'
import { zOfferWeights } from '@millrace/wire'

const EXPECTED =
  'criteria with what they matter, such as price=3,time=2; there are price, time, reliability, trust and energy'

/** `price=3,time=2`. @throws {InvalidInputError} */
export function parseWeights(text: string, field: string): OfferWeights {
  const bad = () => new InvalidInputError({ field, value: text, expected: EXPECTED })
  const parts = text.split(',').map((part) => /^\s*([a-z]+)=(\d{1,6}(?:\.\d{1,6})?)\s*$/.exec(part))
  const pairs = parts.map((match) => {
    if (match === null) throw bad()
    return [match[1] as string, Number(match[2])] as const
  })
  const weights = zOfferWeights.safeParse(Object.fromEntries(pairs))
  if (!weights.success || new Set(pairs.map(([name]) => name)).size < pairs.length) throw bad()
  return weights.data
}
