import { join } from 'node:path'
import { type Address, address, silentLogger } from '@millrace/base'
import type { ContractAddresses, ReadClient, WriteClient } from '@millrace/chain'
import { type Client, createClient } from '@millrace/sdk'
import type { LocalAccount } from 'viem'
import type { Context } from '../context.ts'
import { CloudNotRunningError, CloudStartingError } from '../errors.ts'
import { nativeSha256 } from '../jobs/saveResults.ts'
import { type CloudFile, readCloudFile } from './cloudFile.ts'
import type { Home } from './home.ts'
import { readKeys } from './keys.ts'
import { isHomeLocked } from './lock.ts'

/** A connection of one command to the cloud of its state folder. */
export type Cloud = {
  readonly client: Client
  readonly file: CloudFile
  /** The account that pays. */
  readonly account: Address
  /** Whose apps a bare name means: those of this folder. */
  readonly trusted: readonly Address[]
}

/** `treasury`, or a name in the folder's keys: `requester`, `worker-1` and so on. */
export type AccountName = string

/**
 * Connects to the cloud that runs from the folder; nothing is asked over the network yet.
 *
 * @throws {CloudNotRunningError} `CLOUD_NOT_RUNNING` when none was ever started there.
 */
export async function connectCloud(
  context: Context,
  { as = 'requester' }: { as?: AccountName } = {},
): Promise<Cloud> {
  const { home, clock, random, signal } = context
  const file = readCloudFile(home)
  // Ports of a cloud that has stopped may be another cloud's by now.
  if (file === undefined || !isHomeLocked(home)) throw new CloudNotRunningError({ home: home.dir })
  if (!file.ready) throw new CloudStartingError({ home: home.dir })
  const account = await accountOf(home, as)
  if (account === undefined) throw new CloudNotRunningError({ home: home.dir })
  const client = await createClient({
    apiUrl: file.apiUrl,
    info: {
      chainId: file.chainId,
      rpcUrl: file.rpcUrl,
      storageUrl: file.storageUrl,
      contracts: contractsOf(file),
    },
    wallet: await walletWith(context, account),
    sha256: nativeSha256,
    clock,
    random,
    signal,
  })
  const trusted = ['apps', 'requester'].flatMap((name) => file.accounts[name] ?? [])
  return {
    client,
    file,
    account: address(account.address),
    trusted: trusted.map((text) => address(text)),
  }
}

/** The treasury of a local cloud is the account that its chain began with. */
async function accountOf(home: Home, name: AccountName): Promise<LocalAccount | undefined> {
  if (name === 'treasury') {
    const { readFaucet } = await import('@millrace/chain/node')
    return readFaucet(home.serviceDir('chain'))
  }
  const key = readKeys(home)[name]
  if (key === undefined) return undefined
  const { privateKeyToAccount } = await import('viem/accounts')
  return privateKeyToAccount(key)
}

/** The sending side of one account on any set of contracts. */
export type WalletMaker = (
  chain: Pick<ReadClient, 'rpcUrl' | 'chainId' | 'contracts'>,
) => WriteClient

/** Makes the sending side of an account. All processes of the folder share one outbox. */
export async function walletWith(
  { home, clock, signal }: Pick<Context, 'home' | 'clock' | 'signal'>,
  account: LocalAccount,
): Promise<WalletMaker> {
  const [{ createWriteClient }, { sqliteOutboxStore }] = await Promise.all([
    import('@millrace/chain'),
    import('@millrace/chain/outbox'),
  ])
  const outbox = sqliteOutboxStore(join(home.dir, 'outbox.db'), { clock })
  return ({ rpcUrl, chainId, contracts }) =>
    createWriteClient({
      rpcUrl,
      chainId,
      contracts,
      account,
      outbox,
      clock,
      signal,
      log: silentLogger,
    })
}

export function contractsOf({ contracts }: Pick<CloudFile, 'contracts'>): ContractAddresses {
  return Object.fromEntries(
    Object.entries(contracts).map(([name, at]) => [name, address(at, name)]),
  ) as ContractAddresses
}
