import { OFFER_CRITERIA, type OfferCriterion } from '@millrace/protocol'
import { z } from 'zod'
import { zAddress, zOrderHash, zWei } from './fields.ts'

/** An object with one field a criterion. */
function byCriterion<T extends z.ZodType>(field: T) {
  const fields = OFFER_CRITERIA.map((name) => [name, field])
  return z.strictObject(Object.fromEntries(fields) as Record<OfferCriterion, T>)
}

/** How much each criterion matters to a requester; at least one does. */
export const zOfferWeights = byCriterion(z.number().min(0).max(1_000_000).optional()).refine(
  (weights) => Object.values(weights).some((weight) => (weight ?? 0) > 0),
  'at least one weight must be above 0',
)

/** A pool order that fits a request, among the others; `docs/protocol/ranking.md`. */
export const zOfferStanding = z.object({
  order: zOrderHash,
  pool: zAddress,
  costPerTask: zWei,
  /** What is known of it; what is not there is not known. */
  values: byCriterion(z.number().optional()),
  /** What the values rest on: deals of like size, tasks that ended, votes that met another. */
  evidence: z.object({ deals: z.int(), tasks: z.int(), votes: z.int() }),
  /** Net flow, -1 to 1; the highest is first. */
  net: z.number(),
  /** What each criterion adds to `net`. */
  byCriterion: byCriterion(z.number()),
  /** Against the next one by PROMETHEE I: incomparable when more speaks for it, and more against it. */
  lead: z.enum(['better', 'worse', 'equal', 'incomparable']).optional(),
})
export type OfferStanding = z.output<typeof zOfferStanding>
