import { type Address, type Hex, type Hex32, hex32, type TxHash, txHash } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { decodeEvents, type RpcLog } from '../events/decodeEvents.ts'
import type { Receipt } from './receipt.ts'

/** A receipt as JSON-RPC gives it. */
export type RpcReceipt = {
  transactionHash: Hex
  status: Hex
  blockNumber: Hex
  blockHash: Hex32
  gasUsed: Hex
  effectiveGasPrice?: Hex
  from: Hex
  contractAddress?: Hex | null
  logs: RpcLog[]
}

/** The receipt of a transaction in the latest chain; undefined while it is not mined. */
export async function readReceipt(
  client: ReadClient,
  hash: TxHash,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Receipt | undefined> {
  const found = await client.rpc<RpcReceipt | null>('eth_getTransactionReceipt', [hash], { signal })
  return found === null ? undefined : fromRpc(client, found)
}

function fromRpc({ contracts }: ReadClient, found: RpcReceipt): Receipt {
  return {
    txHash: txHash(found.transactionHash),
    status: BigInt(found.status) === 1n ? 'success' : 'reverted',
    blockNumber: Number(found.blockNumber),
    blockHash: hex32(found.blockHash),
    gasUsed: BigInt(found.gasUsed),
    gasPrice: BigInt(found.effectiveGasPrice ?? '0x0'),
    from: found.from.toLowerCase() as Address,
    contractAddress: (found.contractAddress?.toLowerCase() ?? undefined) as Address | undefined,
    events: decodeEvents(found.logs, contracts),
  }
}
