import { type Address, address, type Hex32, hex32, ZERO_ADDRESS } from '@millrace/base'
import { ASSET_KIND, type AssetKind } from '../actions/registerAsset.ts'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

export type Asset = {
  kind: AssetKind
  owner: Address
  /** sha256 multihash digest of the CID of what the asset stands for. */
  content: Hex32
  codec: number
}

/**
 * A registered app, data set or pool; undefined when there is none of that id.
 *
 * @see contracts/src/interfaces/IRegistry.sol assetOf
 */
export async function readAsset(
  client: ReadClient,
  asset: Address,
  options?: QueryOptions,
): Promise<Asset | undefined> {
  if (asset === ZERO_ADDRESS) return undefined
  const found = await readContract(
    client,
    { contract: 'registry', functionName: 'assetOf', args: [asset] },
    options,
  )
  const kind = KINDS.find((name) => ASSET_KIND[name] === found.kind)
  if (kind === undefined) return undefined
  const owner = await readContract(
    client,
    { contract: 'registry', functionName: 'ownerOfKind', args: [asset, found.kind] },
    options,
  )
  return { kind, owner: address(owner), content: hex32(found.content), codec: found.codec }
}

const KINDS = Object.keys(ASSET_KIND) as AssetKind[]
