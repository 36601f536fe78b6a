import { join } from 'node:path'
import { type Address, address, type Hex, type Hex32, nowSec, ZERO_ADDRESS } from '@millrace/base'
import {
  type ContractAddresses,
  handOverParameters,
  NO_CONTRACTS,
  readAccount,
  type WriteClient,
} from '@millrace/chain'
import { deployContracts, LOCAL_RULES, readFaucet } from '@millrace/chain/node'
import { type Client, createClient, registerApp, sellApp, waitForIndex } from '@millrace/sdk'
import { privateKeyToAccount } from 'viem/accounts'
import type { Context } from '../context.ts'
import { type CloudFile, readCloudFile, writeCloudFile } from '../home/cloudFile.ts'
import { walletWith } from '../home/connectCloud.ts'
import { ensureKeys, type Keys } from '../home/keys.ts'
import type { LocalApp } from '../jobs/appSource.ts'
import { publication } from '../jobs/publication.ts'
import { nativeSha256 } from '../jobs/saveResults.ts'
import { formatCoins, shortHex } from '../terminal/format.ts'
import { addressOfKey, FUNDING, fundAccounts, WORKER_BOND } from './accounts.ts'
import { readCatalogue } from './catalogue.ts'
import type { CloudServices } from './cloudServices.ts'
import { findContracts, setTimes } from './contracts.ts'
import { announcePool, ensurePool, sellPool } from './poolSetup.ts'
import { choosePorts, LOOPBACK } from './ports.ts'
import type { CloudSettings } from './startCloud.ts'
import { createSteps, type Steps } from './steps.ts'

/** A cloud that is up. */
export type StartedCloud = {
  file: CloudFile
  /** Name of the app of the main job. */
  mainApp: string | undefined
  /** Resolves when the rest of the catalogue is on sale too. */
  catalogueReady: Promise<void>
}

const STORAGE_QUOTA_BYTES = 64 * 2 ** 30

/**
 * Brings up all services and everything on chain that they need. Each step looks before it acts, so
 * the same code makes a new cloud, continues an old one, and mends one whose start was interrupted.
 * What does not depend on each other goes on at the same time.
 */
export async function bootstrap(
  context: Context,
  services: CloudServices,
  settings: CloudSettings,
): Promise<StartedCloud> {
  const start = await prepareStart(context, services, settings)
  const { earlier, keys, step, ports } = start
  const { t } = context

  const storage = startStorage(start)
  const database = startDatabase(start)
  const chain = await startChain(start)
  const { contracts, treasury } = await ensureContracts(start, chain)
  const link = { ...chain, contracts }
  const storageUrl = await storage
  const market = startMarket(start, { link, storageUrl, database })
  const clientOf = clientMaker(context, { link, storageUrl, apiUrl: apiUrlOf(ports) })
  const funded = fundAccounts(
    treasury,
    accountsOf(keys).map(({ name, account }) => ({ account, funding: fundingOf(name) })),
  )
  const [poolClient, appsClient, requester] = await Promise.all([
    clientOf(keys, 'pool'),
    clientOf(keys, 'apps'),
    clientOf(keys, 'requester'),
  ])
  await funded
  await setTimes(treasury, settings)
  const poolUrl = `http://${LOOPBACK}:${ports.pool}`
  const earlierPool = earlier?.pool === undefined ? undefined : address(earlier.pool)
  const operator = addressOfKey(keyOf(keys, 'operator'))
  const pool = await ensurePool(poolClient, {
    url: poolUrl,
    earlier: earlierPool,
    operator,
    words: settings.poolWords,
  })
  const file = fileOf(start, { link, storageUrl, pool })
  writeCloudFile(context.home, file)
  const { free } = await readAccount(requester.chain, addressOfKey(keyOf(keys, 'requester')))
  step(
    t.cloud.steps.accounts,
    t.cloud.accountIs({ account: file.accounts['requester'] ?? '', coins: formatCoins(free) }),
  )
  const poolReady = startPool(start, { link, storageUrl, database, pool })
  const workersReady = startWorkers(start, { link, storageUrl, pool, poolUrl })
  const catalogue = readCatalogue()
  const registered = catalogue.apps.map((app) => register(appsClient, app, context.signal))
  for (const promise of registered) promise.catch(() => {})

  await market
  // The market starts with empty tables; what was just registered must be in them to be sold.
  await waitForIndex(requester, Number(await requester.chain.rpc<Hex>('eth_blockNumber')))
  const onSale = registered.map((app) => sell(appsClient, app))
  for (const promise of onSale) promise.catch(() => {})
  await Promise.all([
    sellPool(poolClient, pool, settings.poolWords),
    announcePool(poolClient, { pool, url: poolUrl, words: settings.poolWords }),
    onSale[0],
  ])
  await poolReady
  await workersReady
  step(t.cloud.steps.workers, t.cloud.workersAre({ count: settings.workers }))
  const catalogueReady = Promise.all(onSale).then((names) =>
    step(
      t.cloud.steps.catalogue,
      t.cloud.catalogueIs({ count: names.length, names: names.join(', ') }),
    ),
  )
  catalogueReady.catch(() => {})
  if (!settings.once) handOver(start, treasury)
  return { file, mainApp: catalogue.main, catalogueReady }
}

/** What the steps of a start share. */
type Start = {
  context: Context
  services: CloudServices
  settings: CloudSettings
  earlier: CloudFile | undefined
  ports: CloudFile['ports']
  keys: Keys
  step: Steps
}

type Link = { rpcUrl: string; chainId: number; contracts: ContractAddresses }

async function prepareStart(
  context: Context,
  services: CloudServices,
  settings: CloudSettings,
): Promise<Start> {
  const { home, out, t, random } = context
  const earlier = readCloudFile(home)
  const told = earlier === undefined ? t.cloud.starting : t.cloud.continuing
  out.say(told({ home: home.dir }))
  if (earlier !== undefined) writeCloudFile(home, { ...earlier, pid: process.pid, ready: false })
  const ports = await choosePorts({ asked: settings.ports, remembered: earlier?.ports ?? {} })
  const workers = workerNames(settings)
  const keys = ensureKeys(
    home,
    ['requester', 'apps', 'pool', 'operator', 'courier', ...workers],
    random,
  )
  for (const role of ['chain', 'database', 'storage', 'market', 'pool'] as const)
    services.load(role, role)
  for (const name of workers) services.load(name, 'worker')
  const step = createSteps(context, settings.startedMs)
  return { context, services, settings, earlier, ports, keys, step }
}

const workerNames = ({ workers }: CloudSettings): string[] =>
  Array.from({ length: workers }, (_, i) => `worker-${i + 1}`)

async function startStorage({ context, services, ports, step }: Start): Promise<string> {
  const { url } = await services.start('storage', {
    dir: context.home.serviceDir('storage'),
    port: ports.storage,
    quotaBytes: STORAGE_QUOTA_BYTES,
  })
  step(context.t.cloud.steps.storage, String(url))
  return String(url)
}

/** PostgreSQL URL: of the embedded server, or of the one that DATABASE_URL names. */
async function startDatabase({ context, services, step }: Start): Promise<string> {
  const { config, home, t } = context
  if (config.databaseUrl !== undefined) return config.databaseUrl
  const { connection } = await services.start('database', { dir: home.serviceDir('postgres') })
  step(t.cloud.steps.database, 'PostgreSQL')
  return String(connection)
}

async function startChain({
  context,
  services,
  ports,
  step,
}: Start): Promise<{ rpcUrl: string; chainId: number }> {
  const { home, t } = context
  const info = await services.start('chain', { dir: home.serviceDir('chain'), port: ports.chain })
  const chain = { rpcUrl: String(info['rpcUrl']), chainId: Number(info['chainId']) }
  step(t.cloud.steps.chain, t.cloud.chainIs({ chainId: chain.chainId, url: chain.rpcUrl }))
  return chain
}

async function ensureContracts(
  { context, earlier, step }: Start,
  chain: { rpcUrl: string; chainId: number },
): Promise<{ contracts: ContractAddresses; treasury: WriteClient }> {
  const { home, t, signal } = context
  const faucet = readFaucet(home.serviceDir('chain'))
  const makeWallet = await walletWith(context, faucet)
  const found = await findContracts(chain, earlier)
  if (found !== undefined) {
    step(t.cloud.steps.contracts, t.cloud.contractsWere({ count: Object.keys(found).length }))
    return { contracts: found, treasury: makeWallet({ ...chain, contracts: found }) }
  }
  const contracts = await deployContracts(makeWallet({ ...chain, contracts: NO_CONTRACTS }), {
    rules: LOCAL_RULES,
    signal,
  })
  step(t.cloud.steps.contracts, t.cloud.contractsAre({ count: Object.keys(contracts).length }))
  return { contracts, treasury: makeWallet({ ...chain, contracts }) }
}

/** Takes as long as a vote, so nothing waits for it; a start that was stopped before goes on with it. */
function handOver({ context: { t, signal }, step }: Start, treasury: WriteClient): void {
  handOverParameters(treasury, { signal }).then(
    () => step(t.cloud.steps.governance, t.cloud.governed),
    (error: unknown) => {
      if (!signal.aborted) step(t.cloud.steps.governance, t.cloud.notGoverned(String(error)))
    },
  )
}

async function startMarket(
  { context, services, ports, step }: Start,
  { link, storageUrl, database }: { link: Link; storageUrl: string; database: Promise<string> },
): Promise<void> {
  const { url } = await services.start('market', {
    ...link,
    storageUrl,
    database: await database,
    port: ports.market,
    version: context.version,
  })
  step(context.t.cloud.steps.market, context.t.cloud.marketIs({ url: String(url) }))
}

async function startPool(
  { context, services, ports, keys, step }: Start,
  {
    link,
    storageUrl,
    database,
    pool,
  }: { link: Link; storageUrl: string; database: Promise<string>; pool: Address },
): Promise<void> {
  const { url } = await services.start('pool', {
    ...link,
    storageUrl,
    database: await database,
    dir: context.home.serviceDir('pool'),
    port: ports.pool,
    pool,
    key: keyOf(keys, 'operator'),
    apiUrl: apiUrlOf(ports),
    courierKey: keyOf(keys, 'courier'),
  })
  step(
    context.t.cloud.steps.pool,
    context.t.cloud.poolIs({ pool: shortHex(pool), url: String(url) }),
  )
}

async function startWorkers(
  { context, services, settings, keys }: Start,
  place: { link: Link; storageUrl: string; pool: Address; poolUrl: string },
): Promise<void> {
  const { link, storageUrl, pool, poolUrl } = place
  await Promise.all(
    workerNames(settings).map((name) =>
      services.start(name, {
        ...link,
        storageUrl,
        pool,
        poolUrl,
        dir: context.home.serviceDir(name),
        cacheDir: join(context.home.cacheDir, 'programs'),
        key: keyOf(keys, name),
        bond: WORKER_BOND.toString(),
        slots: 1,
      }),
    ),
  )
}

function clientMaker(
  context: Context,
  { link, storageUrl, apiUrl }: { link: Link; storageUrl: string; apiUrl: string },
) {
  const { clock, random, signal } = context
  return async (keys: Keys, name: string): Promise<Client> =>
    createClient({
      apiUrl,
      info: { ...link, storageUrl },
      wallet: await walletWith(context, privateKeyToAccount(keyOf(keys, name))),
      sha256: nativeSha256,
      clock,
      random,
      signal,
    })
}

/** An app of the catalogue in storage and registry; its price comes with it. */
async function register(client: Client, app: LocalApp, signal: AbortSignal) {
  const { price, ...source } = await publication(client, app, signal)
  return { price, ...(await registerApp(client, source, { signal })) }
}

async function sell(client: Client, registered: ReturnType<typeof register>): Promise<string> {
  const { app, price, manifest } = await registered
  const { determinism } = manifest
  await sellApp(client, { app, price, onlyRequester: ZERO_ADDRESS, determinism })
  return manifest.name
}

function accountsOf(keys: Keys): { name: string; account: Address }[] {
  return Object.entries(keys).map(([name, key]) => ({ name, account: addressOfKey(key) }))
}

function fundingOf(name: string) {
  return name in FUNDING ? FUNDING[name as keyof typeof FUNDING] : FUNDING.worker
}

function keyOf(keys: Keys, name: string): Hex32 {
  const key = keys[name]
  if (key === undefined) throw new RangeError(`no key ${name}`)
  return key
}

const apiUrlOf = (ports: CloudFile['ports']): string => `http://${LOOPBACK}:${ports.market}`

function fileOf(
  { context, ports, keys }: Start,
  { link, storageUrl, pool }: { link: Link; storageUrl: string; pool: Address },
): CloudFile {
  const accounts = accountsOf(keys).map(({ name, account }) => [name, account] as const)
  return {
    version: 1,
    pid: process.pid,
    startedAt: nowSec(context.clock),
    ready: true,
    chainId: link.chainId,
    ports,
    rpcUrl: link.rpcUrl,
    storageUrl,
    apiUrl: apiUrlOf(ports),
    poolUrl: `http://${LOOPBACK}:${ports.pool}`,
    contracts: link.contracts,
    accounts: Object.fromEntries(accounts),
    pool,
  }
}
