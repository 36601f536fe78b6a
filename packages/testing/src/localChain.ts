import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, type Clock, silentLogger, systemClock, type Wei, wei } from '@millrace/base'
import {
  approveToken,
  type ContractAddresses,
  createReadClient,
  createWriteClient,
  depositFor,
  memoryOutboxStore,
  NO_CONTRACTS,
  type ReadClient,
  transferGas,
  transferToken,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import {
  type ChainNode,
  type Chance,
  deployContracts,
  type GovernanceRules,
  startChainNode,
} from '@millrace/chain/node'
import type { LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'

/** A chain with contracts and money, whichever node runs it. */
export type PreparedChain = {
  rpcUrl: string
  chainId: number
  contracts: ContractAddresses
  read: ReadClient
  /** Holds all coins and tokens; is the governor. */
  faucet: WriteClient
  /** A new account with gas, tokens in its wallet, and money in the escrow. */
  account(money?: TestMoney): Promise<WriteClient>
  /** The same for an account that the test made. */
  fund(account: Address, money?: TestMoney): Promise<void>
  /** A client for an account of the test's own. */
  clientOf(account: LocalAccount): WriteClient
}

export type TestChain = PreparedChain & {
  node: ChainNode
  /** Also called by `await using`. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type TestMoney = {
  /** Chain's own coin; default 1e18. */
  gas?: Wei
  /** In the wallet; default 1000e18. */
  tokens?: Wei
  /** Free in the escrow; default 1000e18. */
  free?: Wei
}

export type TestChainOptions = {
  /** Shortest time between blocks; default 5. */
  blockMs?: number
  /** How token holders decide; those of a public network unless given. */
  rules?: GovernanceRules
  /** Where juries get their chance from; default prevrandao. */
  chance?: Chance
  /** Of its blocks; default the machine's. */
  clock?: Clock
}

const UNIT = 10n ** 18n

/** A fresh embedded chain on a free port with the contracts deployed; about half a second. */
export async function startTestChain({
  blockMs = 5,
  clock = systemClock,
  ...rules
}: TestChainOptions = {}): Promise<TestChain> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-chain-'))
  const stopping = new AbortController()
  const { signal } = stopping
  const node = await startChainNode({ dir, blockMs }, { signal, log: silentLogger, clock })
  const stop = async () => {
    stopping.abort()
    await node.closed.catch(() => {})
    await rm(dir, { recursive: true, force: true })
  }
  return { ...(await prepareChain(node, signal, rules)), node, stop, [Symbol.asyncDispose]: stop }
}

/** Deploys the contracts on any node whose `faucet` has coins. */
export async function prepareChain(
  { rpcUrl, chainId, faucet: rich }: Pick<ChainNode, 'rpcUrl' | 'chainId' | 'faucet'>,
  signal: AbortSignal,
  rules: Pick<TestChainOptions, 'rules' | 'chance'> = {},
): Promise<PreparedChain> {
  const open = (account: LocalAccount, contracts: ContractAddresses): WriteClient =>
    createWriteClient({ rpcUrl, chainId, contracts, account, outbox: memoryOutboxStore(), signal })
  const deployer = open(rich, NO_CONTRACTS)
  const contracts = await deployContracts(deployer, rules)
  const faucet: WriteClient = { ...deployer, contracts }
  const allowance = wei(10n ** 27n)
  await waitForSuccess(
    faucet,
    await approveToken(faucet, { spender: contracts.escrow, amount: allowance }),
  )

  const fund: PreparedChain['fund'] = async (account, money = {}) => {
    const { gas = wei(UNIT), tokens = wei(1000n * UNIT), free = wei(1000n * UNIT) } = money
    const sent = [transferGas(faucet, { to: account, amount: gas })]
    if (tokens > 0n) sent.push(transferToken(faucet, { to: account, amount: tokens }))
    if (free > 0n) sent.push(depositFor(faucet, { account, amount: free }))
    for (const hash of await Promise.all(sent)) await waitForSuccess(faucet, hash)
  }

  return {
    rpcUrl,
    chainId,
    contracts,
    read: createReadClient({ rpcUrl, chainId, contracts, signal }),
    faucet,
    clientOf: (account) => open(account, contracts),
    fund,
    account: async (money) => {
      const client = open(privateKeyToAccount(generatePrivateKey()), contracts)
      await fund(client.address, money)
      return client
    },
  }
}
