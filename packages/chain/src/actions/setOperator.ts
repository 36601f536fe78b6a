import type { Address, TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type SetOperatorParameters = { pool: Address; operator: Address; allowed: boolean }

/**
 * Lets `operator` commit and settle batches and sign assignments for a pool, or no longer.
 *
 * @throws {NotAssetOwnerError} `NOT_ASSET_OWNER`
 * @see contracts/src/interfaces/IRegistry.sol setOperator
 */
export function setOperator(
  client: WriteClient,
  { pool, operator, allowed }: SetOperatorParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'registry', functionName: 'setOperator', args: [pool, operator, allowed] },
    options,
  )
}
