import type { TxHash, Wei } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type WithdrawParameters = { amount: Wei }

/**
 * Moves tokens of the sender's free balance back to its wallet.
 *
 * @throws {InsufficientFreeError} `INSUFFICIENT_FREE`
 * @see contracts/src/interfaces/IEscrow.sol withdraw
 */
export function withdraw(
  client: WriteClient,
  { amount }: WithdrawParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'escrow', functionName: 'withdraw', args: [amount] },
    options,
  )
}
