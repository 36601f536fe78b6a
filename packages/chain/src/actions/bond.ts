import type { TxHash, Wei } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type BondParameters = { amount: Wei }

/**
 * Locks part of the sender's free balance as its bond as a worker. Stops an unbonding under way.
 *
 * @throws {InsufficientFreeError} `INSUFFICIENT_FREE`
 * @see contracts/src/interfaces/IStanding.sol bond
 */
export function bond(
  client: WriteClient,
  { amount }: BondParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'standing', functionName: 'bond', args: [amount] },
    options,
  )
}
