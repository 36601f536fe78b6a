import type { Address, Wei } from '@millrace/base'
import type { Odds } from '@millrace/protocol'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/**
 * Odds that a worker is right at an assumed share of saboteurs: what its record earns, at most what its bond
 * covers; 0 if it may not vote now.
 *
 * @param parameters.value - Prices of the tasks that it would vote on, besides what it answers for already.
 *
 * @see contracts/src/interfaces/IStanding.sol oddsOf
 */
export function readOdds(
  client: ReadClient,
  { worker, saboteurBps, value }: { worker: Address; saboteurBps: number; value: Wei },
  options?: QueryOptions,
): Promise<Odds> {
  return readContract(
    client,
    { contract: 'standing', functionName: 'oddsOf', args: [worker, saboteurBps, value] },
    options,
  )
}
