import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, type Wei, wei } from '@millrace/base'
import type { LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { approveToken } from '../actions/approveToken.ts'
import { depositFor } from '../actions/depositFor.ts'
import { transferGas } from '../actions/transferGas.ts'
import { type ContractAddresses, NO_CONTRACTS } from '../client/contracts.ts'
import { createWriteClient, type WriteClient } from '../client/writeClient.ts'
import { memoryOutboxStore } from '../outbox/memoryOutboxStore.ts'
import { waitForSuccess } from '../receipts/waitForReceipt.ts'
import { type DeployContractsParameters, deployContracts } from './deployContracts.ts'
import { startChainNode } from './startChainNode.ts'

const UNIT = 10n ** 18n

/** A fresh chain with contracts, for tests of this package; others use @millrace/testing. */
export async function aLocalChain(options: DeployContractsParameters = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-chain-'))
  const stopping = new AbortController()
  const { signal } = stopping
  const start = (port = 0, nodeSignal = signal) =>
    startChainNode({ dir, port, blockMs: 5 }, { signal: nodeSignal, log: silentLogger })
  const node = await start()
  const { rpcUrl, chainId } = node
  const clientOf = (account: LocalAccount, contracts: ContractAddresses): WriteClient =>
    createWriteClient({ rpcUrl, chainId, contracts, account, outbox: memoryOutboxStore(), signal })
  const deployer = clientOf(node.faucet, NO_CONTRACTS)
  const contracts = await deployContracts(deployer, options)
  const faucet: WriteClient = { ...deployer, contracts }
  await waitForSuccess(
    faucet,
    await approveToken(faucet, { spender: contracts.escrow, amount: wei(10n ** 27n) }),
  )

  /** A new account with gas and, if asked for, money in the escrow. */
  const anAccount = async (free: Wei = wei(100n * UNIT)): Promise<WriteClient> => {
    const client = clientOf(privateKeyToAccount(generatePrivateKey()), contracts)
    const account = client.address
    const gas = await transferGas(faucet, { to: account, amount: wei(UNIT) })
    if (free > 0n) await waitForSuccess(faucet, await depositFor(faucet, { account, amount: free }))
    await waitForSuccess(faucet, gas)
    return client
  }

  const stop = async () => {
    stopping.abort()
    await node.closed.catch(() => {})
    rmSync(dir, { recursive: true, force: true })
  }
  return { dir, node, rpcUrl, chainId, contracts, faucet, anAccount, stop }
}
