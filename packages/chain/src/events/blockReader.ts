import type { Hex, Hex32 } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { RpcFailedError } from '../errors/rpcErrors.ts'
import { eventFilter, type RpcLog } from './decodeEvents.ts'

/** A block header as JSON-RPC gives it. */
export type RpcHeader = { number: Hex; hash: Hex32; parentHash: Hex32; timestamp: Hex }

export type BlockReader = {
  head(): Promise<RpcHeader>
  header(number: number): Promise<RpcHeader | null>
  /** Logs of each block, up to the first that a reorg took away meanwhile. */
  logsOfBlocks(headers: readonly RpcHeader[]): Promise<RpcLog[][]>
  /**
   * Logs of at most {@link rangeSize} blocks. Undefined when the node would not answer for so many:
   * the range is smaller afterwards.
   */
  logsOfRange(from: number, to: number): Promise<RpcLog[] | undefined>
  /** Blocks to ask for at once; grows while the node answers. */
  rangeSize(): number
}

const FIRST_RANGE = 2_000
const MAX_RANGE = 20_000

/** Reads blocks and the logs of our contracts from the node. */
export function createBlockReader(client: ReadClient, signal: AbortSignal): BlockReader {
  const filter = eventFilter(client.contracts)
  let range = FIRST_RANGE

  const header: BlockReader['header'] = (number) =>
    client.rpc('eth_getBlockByNumber', [toQuantity(number), false], { signal })

  const logsOfBlocks: BlockReader['logsOfBlocks'] = async (headers) => {
    const results = await Promise.allSettled(
      headers.map(({ hash: blockHash }) =>
        client.rpc<RpcLog[]>('eth_getLogs', [{ ...filter, blockHash }], { signal }),
      ),
    )
    const logs: RpcLog[][] = []
    for (const [i, result] of results.entries()) {
      if (result.status === 'rejected') {
        const asked = headers[i] as RpcHeader
        const now = await header(Number(asked.number))
        if (now?.hash === asked.hash) throw result.reason
        break
      }
      logs.push(result.value)
    }
    return logs
  }

  const logsOfRange: BlockReader['logsOfRange'] = async (from, to) => {
    const blocks = { fromBlock: toQuantity(from), toBlock: toQuantity(to) }
    try {
      const logs = await client.rpc<RpcLog[]>('eth_getLogs', [{ ...filter, ...blocks }], { signal })
      range = Math.min(MAX_RANGE, range * 2)
      return logs
    } catch (error) {
      if (!(error instanceof RpcFailedError) || range === 1) throw error
      range = Math.max(1, Math.floor((to - from + 1) / 4))
      return undefined
    }
  }

  return {
    head: () => client.rpc('eth_getBlockByNumber', ['latest', false], { signal }),
    header,
    logsOfBlocks,
    logsOfRange,
    rangeSize: () => range,
  }
}

function toQuantity(number: number): Hex {
  return `0x${number.toString(16)}`
}
