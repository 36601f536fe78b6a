import type { Address, TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type DelegateVotesParameters = {
  /** Who votes with the sender's tokens from now on; the sender itself by default. */
  to?: Address
}

/**
 * Lets the tokens in the sender's wallet vote. Tokens in escrow do not vote.
 *
 * @see contracts/src/Token.sol delegate
 */
export function delegateVotes(
  client: WriteClient,
  { to = client.address }: DelegateVotesParameters = {},
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(client, { contract: 'token', functionName: 'delegate', args: [to] }, options)
}
