import type { ReadClient } from '@millrace/chain'
import { z } from 'zod'
import type { RouteDeps } from './deps.ts'

const zPart = { ok: z.boolean(), reason: z.string().optional() }

export const zHealth = z.object({
  ok: z.boolean(),
  chain: z.object({ ...zPart, head: z.int().optional() }),
  database: z.object(zPart),
  index: z.object({
    ...zPart,
    block: z.int(),
    /** Blocks behind the head; absent while the chain does not answer. */
    lag: z.int().optional(),
    rollbacks: z.int(),
    rebuilds: z.int(),
  }),
})
export type Health = z.output<typeof zHealth>

const PATIENCE_MS = 2000
/** On the embedded chain a busy second is twenty blocks. */
const MAX_LAG = 100

/** Asks each part of the service whether it works; never throws. */
export async function checkHealth(deps: RouteDeps): Promise<Health> {
  const { client, database, feed } = deps
  const [head, query] = await Promise.allSettled([
    inTime(readHead(client)),
    inTime(database.query('select 1')),
  ])
  const chain =
    head.status === 'fulfilled'
      ? { ok: true, head: head.value }
      : { ok: false, reason: reasonOf(head.reason) }
  const base =
    query.status === 'fulfilled' ? { ok: true } : { ok: false, reason: reasonOf(query.reason) }
  const index = indexHealth(feed.status(), chain.head)
  return { ok: chain.ok && base.ok && index.ok, chain, database: base, index }
}

export async function readHead({ rpc }: ReadClient): Promise<number> {
  return Number(await rpc<string>('eth_blockNumber'))
}

function indexHealth(
  { state, number, rollbacks, rebuilds, reason }: ReturnType<RouteDeps['feed']['status']>,
  head: number | undefined,
): Health['index'] {
  const lag = head === undefined ? undefined : Math.max(0, head - number)
  const why = reason ?? (state === 'following' ? undefined : `index is ${state}`)
  const isLate = lag !== undefined && lag > MAX_LAG
  return {
    ok: state === 'following' && !isLate,
    block: number,
    rollbacks,
    rebuilds,
    ...(lag === undefined ? {} : { lag }),
    ...(why === undefined ? {} : { reason: why }),
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    AbortSignal.timeout(PATIENCE_MS).addEventListener('abort', () =>
      reject(new RangeError(`no answer in ${PATIENCE_MS} ms`)),
    )
  })
  return Promise.race([work, late])
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : `${error}`)
