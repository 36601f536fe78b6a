import { type Address, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** Tokens in an account's wallet, those in the escrow not counted. */
export async function readTokenBalance(
  client: ReadClient,
  account: Address,
  options?: QueryOptions,
): Promise<Wei> {
  return wei(
    await readContract(
      client,
      { contract: 'token', functionName: 'balanceOf', args: [account] },
      options,
    ),
  )
}
