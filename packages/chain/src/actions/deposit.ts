import type { TxHash, Wei } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type DepositParameters = { amount: Wei }

/**
 * Moves tokens into the sender's free balance; needs {@link approveToken} for the escrow first.
 *
 * @see contracts/src/interfaces/IEscrow.sol deposit
 */
export function deposit(
  client: WriteClient,
  { amount }: DepositParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'escrow', functionName: 'deposit', args: [amount] },
    options,
  )
}
