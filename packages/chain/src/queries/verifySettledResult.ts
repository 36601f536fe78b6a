import type { Address, DealId, Hex32, ResultDigest } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

export type VerifySettledResultParameters = {
  pool: Address
  nonce: bigint
  dealId: DealId
  index: number
  digest: ResultDigest
  /** Position of the task in its batch. */
  slot: number
  /** Tasks in the batch. */
  count: number
  proof: readonly Hex32[]
}

/**
 * Asks the contract whether `digest` is the settled result of a task, by inclusion in the result
 * root of its batch.
 *
 * @see contracts/src/interfaces/IWork.sol verifyResult
 */
export function verifySettledResult(
  client: ReadClient,
  { pool, nonce, dealId, index, digest, slot, count, proof }: VerifySettledResultParameters,
  options?: QueryOptions,
): Promise<boolean> {
  return readContract(
    client,
    {
      contract: 'work',
      functionName: 'verifyResult',
      args: [pool, nonce, dealId, index, digest, BigInt(slot), BigInt(count), proof],
    },
    options,
  )
}
