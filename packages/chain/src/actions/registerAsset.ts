import { type Address, type Hex32, type TxHash, ZERO_HEX32 } from '@millrace/base'
import { encodeAbiParameters, keccak256 } from 'viem'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/** `AssetKind` of contracts/src/types/Assets.sol. */
export const ASSET_KIND = { app: 1, dataset: 2, pool: 3 } as const
export type AssetKind = keyof typeof ASSET_KIND

export type RegisterAssetParameters = {
  kind: AssetKind
  /** sha256 multihash digest of the CID of the manifest or description. */
  content: Hex32
  /** IPLD codec of that CID: 0x55 raw, 0x70 dag-pb. */
  codec: number
  /** Where the content lies. */
  uri: string
  /** ClassAd description. */
  ad: string
  /** Tells assets of one owner with the same content apart; zero unless given. */
  salt?: Hex32
}

export type RegisterAssetResult = {
  /** Known before the transaction is mined: it follows from kind, owner, content and salt. */
  asset: Address
  txHash: TxHash
}

/**
 * Registers an app, data set or pool owned by the sender.
 *
 * @throws {AssetExistsError} `ASSET_EXISTS`
 * @see contracts/src/interfaces/IRegistry.sol register
 */
export async function registerAsset(
  client: WriteClient,
  { kind, content, codec, uri, ad, salt = ZERO_HEX32 }: RegisterAssetParameters,
  options?: SendOptions,
): Promise<RegisterAssetResult> {
  const txHash = await writeContract(
    client,
    {
      contract: 'registry',
      functionName: 'register',
      args: [ASSET_KIND[kind], content, codec, uri, ad, salt],
    },
    options,
  )
  return { asset: assetId({ kind, owner: client.address, content, salt }), txHash }
}

/** Id of an asset: low 20 bytes of `keccak256(abi.encode(kind, owner, content, salt))`. */
export function assetId({
  kind,
  owner,
  content,
  salt = ZERO_HEX32,
}: {
  kind: AssetKind
  owner: Address
  content: Hex32
  salt?: Hex32
}): Address {
  const encoded = encodeAbiParameters(
    [{ type: 'uint8' }, { type: 'address' }, { type: 'bytes32' }, { type: 'bytes32' }],
    [ASSET_KIND[kind], owner, content, salt],
  )
  return `0x${keccak256(encoded).slice(-40)}` as Address
}
