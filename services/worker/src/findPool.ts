import type { Address } from '@millrace/base'
import { type BlobStore, contentToCid } from '@millrace/storage'
import { z } from 'zod'
import type { WorkerChain } from './chainPort.ts'
import { PoolUnknownError } from './errors.ts'

const zPoolDescription = z.looseObject({
  format: z.literal('millrace/pool/1'),
  url: z.string().regex(/^https?:\/\//),
})

const MAX_BYTES = 64 * 1024

/**
 * Where a pool listens, as its registered description says.
 *
 * @throws {PoolUnknownError} `POOL_UNKNOWN`, retryable: it may be registered later.
 */
export async function findPool(
  { chain, storage }: { chain: WorkerChain; storage: BlobStore },
  pool: Address,
): Promise<string> {
  const asset = await chain.readAsset(pool)
  if (asset === undefined) throw new PoolUnknownError({ pool, reason: 'it is not registered' })
  const bytes = await storage.getBytes(contentToCid(asset), { maxBytes: MAX_BYTES })
  const description = zPoolDescription.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
  if (!description.success)
    throw new PoolUnknownError({ pool, reason: 'its description names no address' })
  return description.data.url
}
