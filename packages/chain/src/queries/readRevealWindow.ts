import { type Seconds, seconds, type UnixSeconds } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/**
 * How long workers of a batch may reveal on chain, counted from its commit: changes of the parameter bind later
 * batches only.
 *
 * @see contracts/src/interfaces/IParameters.sol revealWindowAt
 */
export async function readRevealWindow(
  client: ReadClient,
  { committedAt }: { committedAt: UnixSeconds },
  options?: QueryOptions,
): Promise<Seconds> {
  const args = [committedAt] as const
  const functionName = 'revealWindowAt'
  return seconds(
    await readContract(client, { contract: 'parameters', functionName, args }, options),
  )
}
