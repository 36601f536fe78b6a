import type { Address, TxHash, Wei } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type DepositForParameters = { account: Address; amount: Wei }

/**
 * Moves the sender's tokens into the free balance of `account`.
 *
 * @see contracts/src/interfaces/IEscrow.sol depositFor
 */
export function depositFor(
  client: WriteClient,
  { account, amount }: DepositForParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'escrow', functionName: 'depositFor', args: [account, amount] },
    options,
  )
}
