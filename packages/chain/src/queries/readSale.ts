import { type Address, address, type Hex32, type UnixSeconds, unixSeconds } from '@millrace/base'
import { SALE_STAGES, type SaleStage } from '@millrace/protocol'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** Where the sale of a file or a service stands. */
export type SaleState = {
  stage: SaleStage
  /** The zero address before acceptance and after the end. */
  buyer: Address
  /** End of the present stage; 0 when there is none. */
  until: UnixSeconds
}

/** @see contracts/src/interfaces/IFairExchange.sol exchangeOf */
export async function readFileSale(
  client: ReadClient,
  offerId: Hex32,
  options?: QueryOptions,
): Promise<SaleState> {
  const call = { contract: 'fairExchange', functionName: 'exchangeOf', args: [offerId] } as const
  return toState(await readContract(client, call, options))
}

/** @see contracts/src/interfaces/IServices.sol serviceOf */
export async function readServiceSale(
  client: ReadClient,
  offerId: Hex32,
  options?: QueryOptions,
): Promise<SaleState> {
  const call = { contract: 'services', functionName: 'serviceOf', args: [offerId] } as const
  return toState(await readContract(client, call, options))
}

/** Name of a service offer. @see contracts/src/interfaces/IServices.sol offerIdOf */
export async function readServiceOfferId(
  client: ReadClient,
  { provider, nonce }: { provider: Address; nonce: bigint },
  options?: QueryOptions,
): Promise<Hex32> {
  const call = { contract: 'services', functionName: 'offerIdOf', args: [provider, nonce] } as const
  return (await readContract(client, call, options)) as Hex32
}

function toState([stage, buyer, until]: readonly [number, string, number]): SaleState {
  return {
    stage: SALE_STAGES[stage] ?? 'none',
    buyer: address(buyer),
    until: unixSeconds(until),
  }
}
