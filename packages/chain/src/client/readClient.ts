import type { Clock } from '@millrace/base'
import { systemClock } from '@millrace/base'
import { ChainMismatchError } from '../errors/rpcErrors.ts'
import type { ContractAddresses } from './contracts.ts'
import { createHeads, type Heads } from './heads.ts'
import { createRpc, type Rpc } from './rpc.ts'

/** Chain id of the embedded node unless configured otherwise. */
export const EMBEDDED_CHAIN_ID = 31_337

export type ReadClientOptions = {
  /** JSON-RPC over HTTP. */
  rpcUrl: string
  contracts: ContractAddresses
  /** Defaults to that of the embedded node; {@link checkChain} compares it with the node's. */
  chainId?: number
  /**
   * WebSocket for `newHeads`; by default the same address as `rpcUrl` is tried. With `false`, or
   * while nothing listens there, heads are polled.
   */
  headsUrl?: string | false
  /** Pause between polls for heads; default 40. */
  pollMs?: number
  /**
   * Blocks on top of one before it counts. 0, the default, is right where blocks are final at once:
   * on the embedded node and on QBFT.
   */
  confirmations?: number
  clock?: Clock
  signal?: AbortSignal
  /** Instead of one made from `rpcUrl`; for tests. */
  rpc?: Rpc
}

/** What queries, the event feed and receipts need. */
export type ReadClient = {
  readonly rpcUrl: string
  readonly chainId: number
  readonly contracts: ContractAddresses
  readonly rpc: Rpc
  readonly heads: Heads
  readonly confirmations: number
  readonly clock: Clock
}

/** Opens nothing yet: the first call connects. */
export function createReadClient({
  rpcUrl,
  contracts,
  chainId = EMBEDDED_CHAIN_ID,
  headsUrl = rpcUrl.replace(/^http/, 'ws'),
  pollMs = 40,
  confirmations = 0,
  clock = systemClock,
  signal,
  rpc = createRpc({ url: rpcUrl }),
}: ReadClientOptions): ReadClient {
  const heads = createHeads({ url: headsUrl, pollMs, clock, signal })
  return { rpcUrl, chainId, contracts, rpc, heads, confirmations, clock }
}

/** @throws {ChainMismatchError} `CHAIN_MISMATCH` when the node is on another chain. */
export async function checkChain(client: ReadClient): Promise<void> {
  const found = Number(await client.rpc<string>('eth_chainId'))
  if (found !== client.chainId)
    throw new ChainMismatchError({ url: client.rpcUrl, expected: client.chainId, found })
}
