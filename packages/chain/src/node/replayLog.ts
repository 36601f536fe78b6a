import type { Hex } from '@millrace/base'
import { ChainDivergedError, ChainFolderCorruptError } from './chainNodeErrors.ts'
import type { IpcRpc } from './ipcRpc.ts'
import type { LogRecord } from './writeAheadLog.ts'

export type RpcBlock = { number: Hex; hash: Hex; timestamp: Hex; transactions: Hex[] }

/**
 * Brings a freshly started EVM to the end of the log.
 *
 * Transactions go in one at a time, in the order of the block that holds them, which is the order
 * in which anvil then executes them; every block must come out with its old hash.
 *
 * @returns acknowledged transactions that no block holds yet, given to the EVM again
 * @throws {ChainDivergedError} `CHAIN_DIVERGED`
 */
export async function replayLog(
  rpc: IpcRpc,
  { dir, records, timestamp }: { dir: string; records: readonly LogRecord[]; timestamp: number },
): Promise<Map<Hex, Hex>> {
  const unmined = new Map<Hex, Hex>()
  // The EVM's clock may only be moved forward by setting the next block's time.
  await rpc.call('evm_setTime', timestamp)
  for (const record of records) {
    if (record.kind === 'transaction') unmined.set(record.hash, record.raw)
    else await replayBlock(rpc, { dir, record, unmined })
  }
  // A refused one was replaced by another with its nonce.
  for (const raw of unmined.values()) await rpc.request('eth_sendRawTransaction', [raw])
  return unmined
}

async function replayBlock(
  rpc: IpcRpc,
  {
    dir,
    record,
    unmined,
  }: { dir: string; record: LogRecord & { kind: 'block' }; unmined: Map<Hex, Hex> },
): Promise<void> {
  const { number, timestamp, hash, txHashes } = record
  for (const txHash of txHashes) {
    const raw = unmined.get(txHash)
    if (raw === undefined)
      throw new ChainFolderCorruptError({
        file: dir,
        reason: `block ${number} holds ${txHash}, which the log lacks`,
      })
    const reply = await rpc.request('eth_sendRawTransaction', [raw])
    if ('error' in reply)
      throw new ChainFolderCorruptError({
        file: dir,
        reason: `transaction ${txHash} of block ${number} is refused: ${reply.error.message}`,
      })
    unmined.delete(txHash)
  }
  const block = await mineBlock(rpc, timestamp)
  if (block.hash !== hash)
    throw new ChainDivergedError({ dir, number, logged: hash, replayed: block.hash })
}

/** Mines one block of exactly this time with what is pending. */
export async function mineBlock(rpc: IpcRpc, timestamp: number): Promise<RpcBlock> {
  await rpc.call('evm_setNextBlockTimestamp', timestamp)
  await rpc.call('evm_mine')
  return rpc.call<RpcBlock>('eth_getBlockByNumber', 'latest', false)
}
