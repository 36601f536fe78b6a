import { type Address, type Hex32, hex32 } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/**
 * A batch's slot: `keccak256(abi.encode(root, committedAt))` once committed, its result root once
 * settled, zero before.
 *
 * @see contracts/src/interfaces/IWork.sol batchOf
 */
export async function readBatch(
  client: ReadClient,
  { pool, nonce }: { pool: Address; nonce: bigint },
  options?: QueryOptions,
): Promise<Hex32> {
  return hex32(
    await readContract(
      client,
      { contract: 'work', functionName: 'batchOf', args: [pool, nonce] },
      options,
    ),
  )
}
