import type { Address, TxHash, Wei } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type TransferTokenParameters = { to: Address; amount: Wei }

/**
 * Sends tokens from wallet to wallet; what lies in the escrow stays there.
 *
 * @see contracts/src/interfaces/IToken.sol transfer
 */
export function transferToken(
  client: WriteClient,
  { to, amount }: TransferTokenParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'token', functionName: 'transfer', args: [to, amount] },
    options,
  )
}
