import type { Address, TxHash, Wei } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type ApproveTokenParameters = { spender: Address; amount: Wei }

/**
 * Lets `spender` move up to `amount` of the sender's tokens.
 *
 * @see contracts/src/interfaces/IToken.sol approve
 */
export function approveToken(
  client: WriteClient,
  { spender, amount }: ApproveTokenParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'token', functionName: 'approve', args: [spender, amount] },
    options,
  )
}
