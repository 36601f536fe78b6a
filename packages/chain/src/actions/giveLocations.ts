import type { Address, Hex32, TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type GiveLocationsParameters = {
  pool: Address
  nonce: bigint
  /** sha256 digest of a locations block. */
  locations: Hex32
}

/**
 * Says where the results of a settled batch lie, in place of what whoever settled it said.
 *
 * @throws {NotOperatorError} `NOT_OPERATOR`
 * @see contracts/src/interfaces/IWork.sol giveLocations
 */
export function giveLocations(
  client: WriteClient,
  { pool, nonce, locations }: GiveLocationsParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'work', functionName: 'giveLocations', args: [pool, nonce, locations] },
    options,
  )
}
