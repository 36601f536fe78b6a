import type { Address } from '@millrace/base'
import type { Odds } from '@millrace/protocol'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/**
 * Odds that a worker is right at an assumed share of saboteurs; 0 if it may not vote now.
 *
 * @see contracts/src/interfaces/IStanding.sol oddsOf
 */
export function readOdds(
  client: ReadClient,
  { worker, saboteurBps }: { worker: Address; saboteurBps: number },
  options?: QueryOptions,
): Promise<Odds> {
  return readContract(
    client,
    { contract: 'standing', functionName: 'oddsOf', args: [worker, saboteurBps] },
    options,
  )
}
