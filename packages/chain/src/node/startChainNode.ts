import {
  type Clock,
  type Hex,
  type Logger,
  nowSec,
  type Random,
  systemClock,
  systemRandom,
} from '@millrace/base'
import type { LocalAccount } from 'viem'
import { EMBEDDED_CHAIN_ID } from '../client/readClient.ts'
import { type Anvil, startAnvil } from './anvil.ts'
import { openGenesis, readFaucet } from './chainDir.ts'
import { ChainStoppedError } from './chainNodeErrors.ts'
import { lockDir } from './dirLock.ts'
import type { IpcRpc } from './ipcRpc.ts'
import { createJournal } from './journal.ts'
import { type RpcBlock, replayLog } from './replayLog.ts'
import { createRpcMethods } from './rpcMethods.ts'
import { startRpcServer } from './rpcServer.ts'
import { createSequencer, type Sequencer } from './sequencer.ts'
import { readSnapshot } from './snapshot.ts'
import { createSubscriptions } from './subscriptions.ts'
import { readLog } from './writeAheadLog.ts'

export type ChainNodeOptions = {
  /** Everything of the chain is in here; made when missing. */
  dir: string
  /** 0, the default, takes any free one. */
  port?: number
  /** Default 127.0.0.1. */
  host?: string
  /** Shortest time between blocks; without transactions there are none. Default 50. */
  blockMs?: number
  /** Of a new chain, default 31337; of an old one it must be the same. */
  chainId?: number
}

export type ChainNodeDeps = {
  signal: AbortSignal
  log: Logger
  clock?: Clock
  random?: Random
}

export type ChainNode = {
  rpcUrl: string
  wsUrl: string
  port: number
  chainId: number
  /** Holds all coins of a new chain. */
  faucet: LocalAccount
  /** Resolves after a stop by the signal; rejects with {@link ChainStoppedError} otherwise. */
  closed: Promise<void>
}

/**
 * An EVM chain of one sequencer that forgets nothing it acknowledged, whatever is killed when.
 *
 * anvil executes; this process orders, and writes every accepted transaction and every block to a
 * log on disk before anybody hears of it. A restart replays the log and compares every block hash.
 * Blocks are final at once.
 *
 * @throws {PortInUseError} `PORT_IN_USE`
 * @throws {ChainDirLockedError} `CHAIN_DIR_LOCKED`
 * @throws {ChainDivergedError} `CHAIN_DIVERGED`
 * @throws {ChainFolderCorruptError} `CHAIN_FOLDER_CORRUPT`
 * @throws {ChainStartFailedError} `CHAIN_START_FAILED`
 * @see docs/adr/0007-embedded-chain.md
 */
export async function startChainNode(
  { dir, port = 0, host = '127.0.0.1', blockMs = 50, chainId }: ChainNodeOptions,
  deps: ChainNodeDeps,
): Promise<ChainNode> {
  const { signal, log, clock = systemClock, random = systemRandom } = deps
  signal.throwIfAborted()
  const genesis = openGenesis(dir, { chainId, clock, random }, EMBEDDED_CHAIN_ID)
  const faucet = readFaucet(dir)
  const unlock = lockDir(dir)
  const stopping = new AbortController()
  signal.addEventListener('abort', () => stopping.abort(), { once: true })
  let anvil: Anvil | undefined
  try {
    const snapshot = readSnapshot(dir)
    const { timestamp, segment, sizeBytes } = snapshot ?? { ...genesis, segment: 0, sizeBytes: 0 }
    const begin = { genesis, faucet: faucet.address, stateJson: snapshot?.stateJson, clock }
    anvil = await startAnvil(dir, begin)
    const { head, unmined } = await recover(anvil.rpc, { dir, segment, timestamp, clock, log })
    const { rpc } = anvil
    const journal = createJournal({
      ...{ dir, rpc, clock, log, segment, unmined },
      snapshotBytes: sizeBytes,
    })
    const sequencer = createSequencer({
      ...{ rpc, journal, head, blockMs, clock },
      onBlock: (block) => subscriptions.onBlock(block),
      onTransaction: (hash) => subscriptions.onTransaction(hash),
      onFatal: (error) => stopping.abort(error),
    })
    const methods = createRpcMethods(sequencer, genesis.chainId)
    const subscriptions = createSubscriptions(methods, log)
    const server = await startRpcServer({ host, port, methods, subscriptions })
    log.info('chain node listens', { host, port: server.port, chainId: genesis.chainId })
    const closed = closeAtEnd({ anvil, sequencer, server, unlock, stopping })
    closed.catch(() => {})
    const at = `${host.includes(':') ? `[${host}]` : host}:${server.port}`
    return {
      rpcUrl: `http://${at}`,
      wsUrl: `ws://${at}`,
      port: server.port,
      chainId: genesis.chainId,
      faucet,
      closed,
    }
  } catch (error) {
    await anvil?.stop()
    unlock()
    throw error
  }
}

/** Replays the log on a fresh EVM and sets its clock to the present. */
async function recover(
  rpc: IpcRpc,
  { dir, segment, timestamp, clock, log }: RecoverOptions,
): Promise<{ head: RpcBlock; unmined: Map<Hex, Hex> }> {
  const startedMs = clock.nowMs()
  const records = readLog(dir, segment)
  const unmined = await replayLog(rpc, { dir, records, timestamp })
  const head = await rpc.call<RpcBlock>('eth_getBlockByNumber', 'latest', false)
  await rpc.call('evm_setTime', Math.max(Number(head.timestamp), nowSec(clock)))
  const tookMs = clock.nowMs() - startedMs
  log.info('chain log replayed', { records: records.length, head: Number(head.number), tookMs })
  return { head, unmined }
}

type RecoverOptions = {
  dir: string
  segment: number
  timestamp: number
  clock: Clock
  log: Logger
}

/** Waits for the signal, for a failing disk or for anvil's end; then closes in order. */
async function closeAtEnd({
  anvil,
  sequencer,
  server,
  unlock,
  stopping,
}: {
  anvil: Anvil
  sequencer: Sequencer
  server: { close(): Promise<void> }
  unlock: () => void
  stopping: AbortController
}): Promise<void> {
  const { signal } = stopping
  void anvil.exited.then(({ how, said }) => {
    stopping.abort(new ChainStoppedError({ reason: `anvil ended (${how}). ${said}` }))
  })
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const failure = signal.reason instanceof DOMException ? undefined : signal.reason
  await server.close()
  // After a failure the log is right as it is.
  if (failure === undefined) await sequencer.stop().catch(() => {})
  await anvil.stop()
  unlock()
  if (failure instanceof ChainStoppedError) throw failure
  if (failure !== undefined)
    throw new ChainStoppedError({ reason: String(failure), cause: failure })
}
