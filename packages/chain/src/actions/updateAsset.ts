import type { Address, TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type UpdateAssetParameters = { asset: Address; uri: string; ad: string }

/**
 * Replaces location and description of an asset; what it stands for never changes.
 *
 * @throws {NotAssetOwnerError} `NOT_ASSET_OWNER`
 * @see contracts/src/interfaces/IRegistry.sol update
 */
export function updateAsset(
  client: WriteClient,
  { asset, uri, ad }: UpdateAssetParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'registry', functionName: 'update', args: [asset, uri, ad] },
    options,
  )
}
