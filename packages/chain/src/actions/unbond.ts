import type { TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/**
 * Returns the sender's bond to its free balance.
 *
 * @throws {NoBondError} `NO_BOND`
 * @throws {UnbondingPendingError} `UNBONDING_PENDING`
 * @throws {BondFrozenError} `BOND_FROZEN` while an appeal may still ask for it.
 * @see contracts/src/interfaces/IStanding.sol unbond
 */
export function unbond(
  client: WriteClient,
  _: Record<never, never> = {},
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(client, { contract: 'standing', functionName: 'unbond', args: [] }, options)
}
