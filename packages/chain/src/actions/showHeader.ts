import { type Hex, type Hex32, InvalidInputError, type TxHash } from '@millrace/base'
import { encodeHeader } from '@millrace/protocol'
import { keccak256 } from 'viem'
import type { ReadClient } from '../client/readClient.ts'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

type RpcBlock = Readonly<Record<string, unknown>> & { hash: Hex32 }

/**
 * The RLP of a block's header, as its hash is made of it.
 *
 * @throws {InvalidInputError} if the node knows no such block, or gives fields that do not hash to it
 */
export async function readHeader(client: ReadClient, number: number): Promise<Hex> {
  const tag = `0x${number.toString(16)}`
  const block = await client.rpc<RpcBlock | null>('eth_getBlockByNumber', [tag, false])
  if (block === null)
    throw new InvalidInputError({
      field: 'block',
      value: number,
      expected: 'a block that is there',
    })
  const header = encodeHeader(block)
  if (keccak256(header) !== block.hash)
    throw new InvalidInputError({
      field: 'block',
      value: number,
      expected: 'a header of the fields known up to the Prague fork',
    })
  return header
}

/**
 * Shows the header of a block to the source of chance, so that a jury bound to it can be drawn.
 *
 * @throws {BlockUnknownError} `BLOCK_UNKNOWN`
 * @see contracts/src/interfaces/IPrevrandaoSource.sol showHeader
 */
export async function showHeader(
  client: WriteClient,
  { number }: { number: number },
  options?: SendOptions,
): Promise<TxHash> {
  const args = [BigInt(number), await readHeader(client, number)] as const
  return writeContract(
    client,
    { contract: 'prevrandaoSource', functionName: 'showHeader', args },
    options,
  )
}
