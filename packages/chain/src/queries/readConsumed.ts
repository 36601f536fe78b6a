import type { OrderHash } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/**
 * Tasks of an order used up so far; a cancelled order is used up.
 *
 * @see contracts/src/interfaces/IMarket.sol consumedOf
 */
export function readConsumed(
  client: ReadClient,
  orderHash: OrderHash,
  options?: QueryOptions,
): Promise<bigint> {
  return readContract(
    client,
    { contract: 'market', functionName: 'consumedOf', args: [orderHash] },
    options,
  )
}
