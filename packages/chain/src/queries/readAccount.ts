import { type Address, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** An account's money inside the escrow. */
export type Account = {
  /** May be withdrawn, locked or bonded. */
  free: Wei
  /** Held for open deals, stakes and bonds. */
  locked: Wei
  /** Earned, but still open to appeal. */
  maturing: Wei
}

/** @see contracts/src/interfaces/IEscrow.sol */
export async function readAccount(
  client: ReadClient,
  account: Address,
  options?: QueryOptions,
): Promise<Account> {
  const read = (functionName: 'freeOf' | 'lockedOf' | 'maturingOf') =>
    readContract(client, { contract: 'escrow', functionName, args: [account] }, options)
  const [free, locked, maturing] = await Promise.all([
    read('freeOf'),
    read('lockedOf'),
    read('maturingOf'),
  ])
  return { free: wei(free), locked: wei(locked), maturing: wei(maturing) }
}
