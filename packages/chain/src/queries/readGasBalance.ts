import { type Address, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import type { QueryOptions } from './readContract.ts'

/** An account's balance of the chain's own coin, with which gas is paid. */
export async function readGasBalance(
  client: ReadClient,
  account: Address,
  { signal }: QueryOptions = {},
): Promise<Wei> {
  return wei(BigInt(await client.rpc<string>('eth_getBalance', [account, 'latest'], { signal })))
}
