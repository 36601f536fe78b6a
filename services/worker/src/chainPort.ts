import {
  type Address,
  type DealId,
  type Hex,
  type Hex32,
  type TxHash,
  type UnixSeconds,
  type Wei,
  wei,
} from '@millrace/base'
import {
  approveToken,
  bond,
  claimOmission,
  deposit,
  forceReveal,
  forfeit,
  type OwnPartParameters,
  type ReadSettlementParameters,
  readAccount,
  readAsset,
  readBatch,
  readDeal,
  readEvents,
  readOperator,
  readParameters,
  readRevealWindow,
  readSettlement,
  readStanding,
  readTokenBalance,
  type WriteClient,
  waitForSuccess,
  workDomain,
} from '@millrace/chain'
import { decodeResults, type OmissionClaim, type ProtocolDomain } from '@millrace/protocol'
import type { Commit } from './guard/defence.ts'

/** Where the chain's log says that a task settled. */
type SettledIn = Pick<ReadSettlementParameters, 'nonce' | 'txHash'>

/** What a worker asks of the chain; everything it is told by a pool is checked against these. */
export type WorkerChain = {
  /** EIP-712 domain of Work: chain and contract. */
  readonly domain: ProtocolDomain
  isOperator(pool: Address, who: Address): Promise<boolean>
  readDealStatus(dealId: DealId): Promise<'none' | 'open' | 'closed'>
  readAsset(asset: Address): Promise<{ content: Hex32; codec: number } | undefined>
  /** Slot of a batch, `confirmations` blocks below the newest. */
  readBatch(pool: Address, nonce: bigint, confirmations: number): Promise<Hex32>
  readFunds(worker: Address): Promise<{ bond: Wei; free: Wei; tokens: Wei }>
  /** The commit of a batch, from the log; undefined if there is none. */
  readCommit(pool: Address, nonce: bigint): Promise<Commit | undefined>
  /** The rules of absence that bind a batch committed then. */
  readRules(committedAt: UnixSeconds): Promise<{ revealWindowSec: number; slashBps: number }>
  /** Wei of gas money for a unit of gas. */
  gasPrice(): Promise<bigint>
  /** Shows the worker's part of a batch on chain; returns when it is mined. */
  forceReveal(parameters: Parameters<typeof forceReveal>[1]): Promise<void>
  /** Claims what the pool owes for a batch that it dropped; returns when it is mined. */
  forfeit(parameters: OwnPartParameters): Promise<void>
  /** The batch in which a task has settled; undefined before. */
  findSettled(dealId: DealId, index: number): Promise<SettledIn | undefined>
  /** What a batch's settlement showed; undefined when its calldata cannot be found. */
  readSettlement(parameters: ReadSettlementParameters): ReturnType<typeof readSettlement>
  /** Claims the stake of a task that settled without this worker; returns when it is mined. */
  claimOmission(claim: OmissionClaim): Promise<void>
  /** Moves tokens of the wallet into the escrow; returns when it is mined. */
  deposit(amount: Wei): Promise<void>
  /** Locks free escrow balance as bond; returns when it is mined. */
  bond(amount: Wei): Promise<void>
}

/** The port over the real chain, sending as `client`'s account. */
export function createWorkerChain(client: WriteClient, signal: AbortSignal): WorkerChain {
  /**
   * Sends and waits. The id makes a restart before it is mined find the first sending again; once
   * mined, the account's count of transactions has moved on and the id is another.
   */
  const mined = async (
    label: string,
    send: (options: { id: string; signal: AbortSignal }) => Promise<TxHash>,
  ): Promise<void> => {
    const params = [client.address, 'latest']
    const count = await client.rpc<Hex>('eth_getTransactionCount', params, { signal })
    const txHash = await send({ id: `${label} after ${count}`, signal })
    await waitForSuccess(client, txHash, { signal })
  }
  return {
    domain: workDomain(client),
    isOperator: (pool, who) => readOperator(client, { pool, who }, { signal }),
    readDealStatus: async (dealId) => (await readDeal(client, dealId, { signal })).status,
    readAsset: (asset) => readAsset(client, asset, { signal }),
    readBatch: async (pool, nonce, confirmations) => {
      if (confirmations === 0) return readBatch(client, { pool, nonce }, { signal })
      const newest = Number(await client.rpc<Hex>('eth_blockNumber', [], { signal }))
      const blockNumber = Math.max(0, newest - confirmations)
      return readBatch(client, { pool, nonce }, { signal, blockNumber })
    },
    readFunds: async (worker) => {
      const [standing, account, tokens] = await Promise.all([
        readStanding(client, worker, { signal }),
        readAccount(client, worker, { signal }),
        readTokenBalance(client, worker, { signal }),
      ])
      return { bond: standing.bond, free: account.free, tokens: wei(tokens) }
    },
    deposit: async (amount) => {
      const spender = client.contracts.escrow
      await mined(`worker approve ${amount}`, (options) =>
        approveToken(client, { spender, amount }, options),
      )
      await mined(`worker deposit ${amount}`, (options) => deposit(client, { amount }, options))
    },
    readCommit: async (pool, nonce) => {
      const where = { pool, nonce }
      const wanted = { contract: 'work', name: 'BatchCommitted', where, fromBlock: 0 } as const
      const [commit] = await readEvents(client, wanted, { signal })
      return commit && { root: commit.args.root, committedAt: commit.args.committedAt }
    },
    findSettled: async (dealId, index) => {
      const where = { dealId }
      const wanted = { contract: 'work', name: 'TasksSettled', where, fromBlock: 0 } as const
      const events = await readEvents(client, wanted, { signal })
      const found = events.find(({ args }) =>
        decodeResults(args.results).some((result) => result.index === index),
      )
      return found && { nonce: found.args.nonce, txHash: found.txHash }
    },
    readSettlement: (parameters) => readSettlement(client, parameters),
    claimOmission: (claim) =>
      mined(`worker omission ${claim.result.dealId} ${claim.result.index}`, (options) =>
        claimOmission(client, claim, options),
      ),
    async readRules(committedAt) {
      const [{ slashBps }, revealWindowSec] = await Promise.all([
        readParameters(client, { signal }),
        readRevealWindow(client, { committedAt }, { signal }),
      ])
      return { slashBps, revealWindowSec }
    },
    gasPrice: async () => BigInt(await client.rpc<Hex>('eth_gasPrice', [], { signal })),
    forceReveal: (parameters) =>
      mined(`worker reveal ${parameters.nonce}`, (options) =>
        forceReveal(client, parameters, options),
      ),
    forfeit: (parameters) =>
      mined(`worker forfeit ${parameters.nonce}`, (options) =>
        forfeit(client, parameters, options),
      ),
    bond: (amount) =>
      mined(`worker bond ${amount}`, (options) => bond(client, { amount }, options)),
  }
}
