import type { Address } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** True if `who` is the pool's owner or one of its operators. */
export function readOperator(
  client: ReadClient,
  { pool, who }: { pool: Address; who: Address },
  options?: QueryOptions,
): Promise<boolean> {
  return readContract(
    client,
    { contract: 'registry', functionName: 'isOperator', args: [pool, who] },
    options,
  )
}
