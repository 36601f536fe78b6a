import { type Address, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** Votes that an account casts now: tokens delegated to it, by others or by itself. */
export async function readVotes(
  client: ReadClient,
  account: Address,
  options?: QueryOptions,
): Promise<Wei> {
  const call = { contract: 'token', functionName: 'getVotes', args: [account] } as const
  return wei(await readContract(client, call, options))
}
