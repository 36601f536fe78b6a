import type { Address, TxHash, UnixSeconds } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type ClaimMaturedParameters = {
  account: Address
  /** The `maturesAt` of the credits to free, from `Credited` events. */
  maturesAt: readonly UnixSeconds[]
}

/**
 * Frees credits whose time has come; anyone may call it for anybody.
 *
 * @see contracts/src/interfaces/IEscrow.sol claimMatured
 */
export function claimMatured(
  client: WriteClient,
  { account, maturesAt }: ClaimMaturedParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'escrow', functionName: 'claimMatured', args: [account, maturesAt] },
    options,
  )
}
