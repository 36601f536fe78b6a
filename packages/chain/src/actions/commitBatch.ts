import type { Address, Hex32, TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type CommitBatchParameters = {
  pool: Address
  nonce: bigint
  /** `batchRoot` of @millrace/protocol over the workers' sealed heads. */
  root: Hex32
}

/**
 * Binds a pool to a batch of sealed work.
 *
 * @throws {NotOperatorError} `NOT_OPERATOR`
 * @throws {NonceUsedError} `NONCE_USED`
 * @see contracts/src/interfaces/IWork.sol commitBatch
 */
export function commitBatch(
  client: WriteClient,
  { pool, nonce, root }: CommitBatchParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'work', functionName: 'commitBatch', args: [pool, nonce, root] },
    options,
  )
}
