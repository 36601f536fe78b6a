import type { Address, DealId, Hex32, ResultDigest } from '@millrace/base'
import type { BatchFacts } from '@millrace/protocol'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

export type VerifySettledResultParameters = {
  pool: Address
  nonce: bigint
  /** As in `BatchSettled`. */
  facts: BatchFacts
  dealId: DealId
  index: number
  digest: ResultDigest
  /** Workers that agreed on it. */
  votes: number
  /** Position among the settled tasks of the batch. */
  position: number
  /** Settled tasks in the batch. */
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
  { pool, nonce, facts, position, count, proof, ...result }: VerifySettledResultParameters,
  options?: QueryOptions,
): Promise<boolean> {
  const place = { position: BigInt(position), count: BigInt(count), proof }
  return readContract(
    client,
    {
      contract: 'work',
      functionName: 'verifyResult',
      args: [pool, nonce, facts, result, place],
    },
    options,
  )
}
