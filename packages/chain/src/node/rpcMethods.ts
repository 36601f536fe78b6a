import type { Hex } from '@millrace/base'
import { NODE_STOPPING } from '../client/rpc.ts'
import type { IpcReply } from './ipcRpc.ts'
import type { Sequencer } from './sequencer.ts'

/** Answers calls of the public port. */
export type RpcMethods = (method: string, params: readonly unknown[]) => Promise<IpcReply>

export const RPC_ERROR = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  stopping: NODE_STOPPING,
} as const

// What is not listed is refused: anvil also has methods that make money, blocks and reorgs, sign
// with its keys, or go past the log.
const READS = new Set(
  `eth_blobBaseFee eth_call eth_config eth_createAccessList eth_estimateGas eth_feeHistory
  eth_gasPrice eth_getBalance eth_getBlockByHash eth_getBlockByNumber eth_getBlockReceipts
  eth_getBlockTransactionCountByHash eth_getBlockTransactionCountByNumber eth_getCode
  eth_getFilterChanges eth_getFilterLogs eth_getLogs eth_getProof eth_getStorageAt
  eth_getTransactionByBlockHashAndIndex eth_getTransactionByBlockNumberAndIndex
  eth_getTransactionByHash eth_getTransactionCount eth_getTransactionReceipt
  eth_getUncleCountByBlockHash eth_getUncleCountByBlockNumber eth_newBlockFilter eth_newFilter
  eth_newPendingTransactionFilter eth_simulateV1 eth_syncing eth_uninstallFilter net_listening
  net_peerCount txpool_content txpool_inspect txpool_status web3_sha3`.split(/\s+/),
)

/** Methods of the public port: reads, and sending what is already signed. */
export function createRpcMethods(sequencer: Sequencer, chainId: number): RpcMethods {
  const own: Record<string, (params: readonly unknown[]) => unknown> = {
    eth_chainId: () => `0x${chainId.toString(16)}`,
    net_version: () => String(chainId),
    eth_blockNumber: () => sequencer.head().number,
    eth_accounts: () => [],
    // Blocks are never full for long, so nobody has to outbid anybody.
    eth_maxPriorityFeePerGas: () => '0x0',
    web3_clientVersion: () => 'Millrace/0.1/anvil-1.7.1',
  }
  return (method, params) => {
    const answer = Object.hasOwn(own, method) ? own[method] : undefined
    if (answer !== undefined) return Promise.resolve({ result: answer(params) })
    if (method === 'eth_sendRawTransaction') return sendRaw(sequencer, params)
    if (READS.has(method)) return sequencer.read(method, params)
    return Promise.resolve(refusal(method))
  }
}

function sendRaw(sequencer: Sequencer, [raw]: readonly unknown[]): Promise<IpcReply> {
  if (typeof raw === 'string' && /^0x([0-9a-fA-F]{2})+$/.test(raw))
    return sequencer.submit(raw.toLowerCase() as Hex)
  const message = 'params[0] must be a signed transaction: 0x and pairs of hexadecimal digits'
  return Promise.resolve({ error: { code: RPC_ERROR.invalidParams, message } })
}

function refusal(method: string): IpcReply {
  const reason = /^eth_(un)?subscribe$/.test(method)
    ? 'needs a WebSocket connection'
    : 'is not available on this node; it serves reads and eth_sendRawTransaction'
  const message = `the method ${method.slice(0, 60)} ${reason}`
  return { error: { code: RPC_ERROR.methodNotFound, message } }
}
