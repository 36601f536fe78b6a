import type { Clock, Hex, Logger } from '@millrace/base'
import type { IpcRpc } from './ipcRpc.ts'
import type { RpcBlock } from './replayLog.ts'
import { writeSnapshot } from './snapshot.ts'
import { openLog, removeSegmentsBelow, type WriteAheadLog } from './writeAheadLog.ts'

/** The chain on disk: a snapshot and the log since. Its owner calls one function at a time. */
export type Journal = {
  addTransactions(transactions: readonly { hash: Hex; raw: Hex }[]): Promise<void>
  addBlock(block: RpcBlock): Promise<void>
  /** Takes a snapshot of the EVM, which must be at `head`, when the log has grown that long. */
  shorten(head: RpcBlock, when: 'usual' | 'stopping'): Promise<void>
  close(): void
}

export type JournalDeps = {
  dir: string
  rpc: IpcRpc
  clock: Clock
  log: Logger
  /** Segment to append to, and what it holds that is in no block. */
  segment: number
  unmined: Map<Hex, Hex>
  /** Size of the last snapshot. */
  snapshotBytes: number
}

// Replay runs at a few thousand transactions a second; a snapshot stalls the node for its time,
// which grows with the state. So the log may grow as long as the snapshot is.
const SNAPSHOT_BYTES = { usual: 4 * 1024 * 1024, stopping: 256 * 1024 }

export function createJournal(deps: JournalDeps): Journal {
  const { dir, rpc, clock, log, unmined } = deps
  let { segment, snapshotBytes } = deps
  let wal: WriteAheadLog = openLog(dir, segment)

  const addTransactions: Journal['addTransactions'] = async (transactions) => {
    await wal.append(transactions.map((one) => ({ kind: 'transaction', ...one })))
    for (const { hash, raw } of transactions) unmined.set(hash, raw)
  }

  const addBlock: Journal['addBlock'] = async (block) => {
    const { hash, transactions: txHashes } = block
    const [number, timestamp] = [Number(block.number), Number(block.timestamp)]
    await wal.append([{ kind: 'block', number, timestamp, hash, txHashes }])
    for (const txHash of txHashes) unmined.delete(txHash)
  }

  const shorten: Journal['shorten'] = async (head, when) => {
    const limit = Math.max(SNAPSHOT_BYTES[when], when === 'usual' ? snapshotBytes : 0)
    if (wal.size() < limit) return
    const startedMs = clock.nowMs()
    await takeSnapshot(head)
    const tookMs = clock.nowMs() - startedMs
    log.info('chain snapshot taken', { number: Number(head.number), snapshotBytes, tookMs })
  }

  // 1. the next segment with what is in no block yet, 2. the snapshot that names it, 3. the old
  // segments go. A crash before 2 leaves a segment that the next snapshot makes anew.
  const takeSnapshot = async (head: RpcBlock): Promise<void> => {
    const next = openLog(dir, segment + 1, { fresh: true })
    await forgetReplaced()
    await next.append([...unmined].map(([hash, raw]) => ({ kind: 'transaction', hash, raw })))
    const state = await rpc.call<Hex>('anvil_dumpState')
    const timestamp = Number(head.timestamp)
    segment += 1
    snapshotBytes = writeSnapshot(dir, { segment, timestamp, state })
    wal.close()
    wal = next
    removeSegmentsBelow(dir, segment)
  }

  /** Transactions whose nonce another one used will never be mined. */
  const forgetReplaced = async (): Promise<void> => {
    for (const hash of unmined.keys())
      if ((await rpc.call('eth_getTransactionByHash', hash)) === null) unmined.delete(hash)
  }

  return { addTransactions, addBlock, shorten, close: () => wal.close() }
}
