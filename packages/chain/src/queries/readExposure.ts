import { type Address, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/**
 * Prices of all tasks that a worker helped to settle and whose credits have not matured, in base units.
 *
 * @see contracts/src/interfaces/IStanding.sol exposureOf
 */
export async function readExposure(
  client: ReadClient,
  worker: Address,
  options?: QueryOptions,
): Promise<Wei> {
  const request = { contract: 'standing', functionName: 'exposureOf', args: [worker] } as const
  return wei(await readContract(client, request, options))
}
