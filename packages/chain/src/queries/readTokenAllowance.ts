import { type Address, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** How many of the owner's tokens `spender` may still move. */
export async function readTokenAllowance(
  client: ReadClient,
  { owner, spender }: { owner: Address; spender: Address },
  options?: QueryOptions,
): Promise<Wei> {
  return wei(
    await readContract(
      client,
      { contract: 'token', functionName: 'allowance', args: [owner, spender] },
      options,
    ),
  )
}
