import { z } from 'zod'

/** Rows of a page; lists never give more. */
const MAX_LIMIT = 1000

const zWhole = (max: number, what: string) =>
  z
    .string()
    .regex(/^\d{1,16}$/, `must be ${what}`)
    .transform(Number)
    .refine((value) => value <= max, `must be ${what}`)

/** Query fields of every list. `after` is what the page before gave as `next`. */
export const zPaging = {
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'must be the `next` of the page before')
    .optional(),
  limit: zWhole(MAX_LIMIT, `a number from 1 to ${MAX_LIMIT}`)
    .refine((value) => value >= 1, `must be a number from 1 to ${MAX_LIMIT}`)
    .optional()
    .transform((value) => value ?? 100),
}

export const zIndex = zWhole(0xffff_ffff, 'a task index')
export const zId = zWhole(Number.MAX_SAFE_INTEGER, 'an event id')

/** Every GET takes it: answer only when the tables are true up to this block. */
export const zMinBlock = zWhole(Number.MAX_SAFE_INTEGER, 'a block number')
