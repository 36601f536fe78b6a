import type { IndexFeed } from '@millrace/indexer/schema'
import type { MiddlewareHandler } from 'hono'
import { IndexBehindError } from '../errors.ts'
import { zMinBlock } from './fields.ts'
import { invalidInput } from './invalid.ts'

const PATIENCE_MS = 10_000

/**
 * `?minBlock=N` on any GET waits until the tables are true up to block N: whoever has seen his
 * transaction in a block sees its effect in the answer.
 */
export function awaitMinBlock(feed: IndexFeed): MiddlewareHandler {
  return async (c, next) => {
    const asked = c.req.query('minBlock')
    if (asked === undefined || c.req.method !== 'GET') return next()
    const parsed = zMinBlock.safeParse(asked)
    if (!parsed.success) throw invalidInput(parsed.error, 'query.minBlock', asked)
    const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(PATIENCE_MS)])
    await feed.reached(parsed.data, signal).catch(() => {
      throw new IndexBehindError({ minBlock: parsed.data, indexedBlock: feed.status().number })
    })
    return next()
  }
}
