import { createWriteClient, memoryOutboxStore } from '@millrace/chain'
import { type Client, createClient } from '@millrace/sdk'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { CloudUnderTest } from './cloudUnderTest.ts'

/** Somebody from outside the cloud, with a wallet of its own and coins in it. */
export async function aStranger(
  cloud: CloudUnderTest,
  { coins, signal }: { coins: number; signal: AbortSignal },
): Promise<Client> {
  const account = privateKeyToAccount(generatePrivateKey())
  await cloud.ask(['wallet', 'fund', String(coins), '--to', account.address])
  return createClient({
    apiUrl: cloud.facts().apiUrl,
    wallet: ({ rpcUrl, chainId, contracts }) =>
      createWriteClient({
        ...{ rpcUrl, chainId, contracts, account },
        outbox: memoryOutboxStore(),
        signal,
      }),
    signal,
  })
}
