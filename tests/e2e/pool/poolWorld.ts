import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Address,
  type BaseError,
  canonicalJson,
  type DealId,
  type Logger,
  seconds,
  silentLogger,
  systemClock,
  systemRandom,
  unixSeconds,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  dealsOfReceipt,
  marketDomain,
  matchOrders,
  readParameters,
  readTaskSettled,
  registerAsset,
  signOrder,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { type DealTerms, oddsOfTrust, PLAIN } from '@millrace/protocol'
import { createWasmRuntime, measureSpeed } from '@millrace/runtime'
import { type Pool, startPool } from '@millrace/scheduler'
import { type BlobStore, cidToContent, httpBlobStore, startStorageNode } from '@millrace/storage'
import {
  startTestChain,
  startTestDatabase,
  type TestChain,
  type TestDatabase,
} from '@millrace/testing'
import type { Bag } from '@millrace/wire'
import type { Cheat } from '@millrace/worker'
import { createWorkerChain, startWorker, zWorkerConfig } from '@millrace/worker'

// A pool and its workers over the real chain, database, storage node and sandbox, in one process.

export type WorldWorker = {
  address: Address
  client: WriteClient
  home: string
  /** Politely. */
  stop(): Promise<void>
}

export type WorldDeal = { dealId: DealId; terms: DealTerms }

export type PoolWorld = {
  chain: TestChain
  storage: BlobStore
  pool: Address
  poolUrl(): string
  poolOwner: WriteClient
  /** Also again, with all that it had under way. */
  startPool(policy?: Policy): Promise<void>
  stopPool(): Promise<void>
  stopWorkers(): Promise<void>
  startWorker(options?: {
    cheat?: Cheat
    client?: WriteClient
    home?: string
    slots?: number
  }): Promise<WorldWorker>
  /** Opens a deal for tasks of the catalogue's `echo`. */
  openDeal(options: {
    tasks: Bag['tasks']
    trust?: number
    deadlineSec?: number
  }): Promise<WorldDeal>
  countSettled(deal: WorldDeal): Promise<number>
  stop(): Promise<void>
}

type Policy = NonNullable<Parameters<typeof startPool>[0]['policy']>

const UNIT = 10n ** 18n
const PRICE = wei(UNIT / 100n)
const ECHO = new URL('../../../catalogue/echo/', import.meta.url)

export async function aPoolWorld({
  log = silentLogger,
}: {
  log?: Logger
} = {}): Promise<PoolWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-pool-world-'))
  const end = new AbortController()
  const { signal } = end
  const [chain, database] = await Promise.all([startTestChain(), startTestDatabase()])
  const node = await startStorageNode(
    { dir: join(dir, 'storage'), host: '127.0.0.1', port: 0, quotaBytes: 1 << 30 },
    { signal, log },
  )
  const storage = httpBlobStore({ url: node.url }, { clock: systemClock })
  const [poolOwner, appOwner, requester] = [
    await chain.account(),
    await chain.account(),
    await chain.account(),
  ]
  const workers: WorldWorker[] = []
  const app = await registerEcho(appOwner, storage)
  const pool = await registerPool(poolOwner, storage)
  const { minBond } = await readParameters(chain.read)
  const hub = createPoolHub({
    dir,
    chain,
    database,
    storageUrl: node.url,
    poolOwner,
    pool,
    log,
  })

  const stopWorkers = async (): Promise<void> => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  }
  return {
    chain,
    storage,
    pool,
    poolOwner,
    poolUrl: hub.url,
    startPool: hub.start,
    stopPool: hub.stop,
    async startWorker({ cheat, client: given, home: old, slots = 1 } = {}) {
      const client = given ?? (await chain.account())
      const home = old ?? mkdtempSync(join(dir, 'worker-'))
      const stop = new AbortController()
      const runtime = await createWasmRuntime({
        cacheDir: join(dir, 'modules'),
        maxChildren: slots,
        log,
        clock: systemClock,
      })
      const { closed, address } = await startWorker(
        zWorkerConfig.parse({
          home,
          pool,
          poolUrl: hub.url(),
          bond: minBond.toString(),
          slots,
          shutdownSec: 1,
        }),
        {
          chain: createWorkerChain(client, signal),
          storage,
          runtime,
          account: client.account,
          measureSpeed: () => measureSpeed(runtime),
          log,
          signal: stop.signal,
          ...(cheat && { cheat }),
        },
      )
      const worker: WorldWorker = {
        address,
        client,
        home,
        stop: async () => {
          stop.abort()
          await closed
          await runtime.close()
          workers.splice(0, workers.length, ...workers.filter((one) => one !== worker))
        },
      }
      workers.push(worker)
      return worker
    },
    async openDeal({ tasks, trust = 0.9, deadlineSec = 600 }) {
      const bag: Bag = { format: 'millrace/bag/1', common: { args: [], inputs: [] }, tasks }
      const { cid } = await storage.put(new TextEncoder().encode(canonicalJson(bag)))
      const orders = { app, pool, cid, count: tasks.length, trust, deadlineSec }
      return openDeal({ appOwner, poolOwner, requester }, orders)
    },
    countSettled: async ({ dealId, terms }) => {
      const all = await Promise.all(
        Array.from({ length: terms.volume }, (_, index) =>
          readTaskSettled(chain.read, { dealId, index }),
        ),
      )
      return all.filter(Boolean).length
    },
    stopWorkers,
    async stop() {
      await stopWorkers()
      await hub.stop()
      end.abort()
      await node.closed
      await database.stop()
      await chain.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** The one pool of a world, stopped and started on the same address. */
function createPoolHub({
  dir,
  chain,
  database,
  storageUrl,
  poolOwner,
  pool,
  log,
}: {
  dir: string
  chain: TestChain
  database: TestDatabase
  storageUrl: string
  poolOwner: WriteClient
  pool: Address
  log: Logger
}) {
  let running: (Pool & { stop: AbortController }) | undefined
  let port = 0
  return {
    url: () => `http://127.0.0.1:${port}`,
    async start(policy: Policy = {}) {
      const stop = new AbortController()
      const started = await startPool(
        {
          pool,
          account: poolOwner.account,
          contracts: chain.contracts,
          rpcUrl: chain.rpcUrl,
          database: await database.connect('pool'),
          home: dir,
          storageUrl,
          host: '127.0.0.1',
          port,
          policy,
        },
        { signal: stop.signal, log, clock: systemClock, random: systemRandom },
      )
      port = Number(new URL(started.url).port)
      running = { ...started, stop }
    },
    async stop() {
      running?.stop.abort()
      await running?.closed.catch((error: BaseError) => log.warn('pool ended', { error }))
      running = undefined
    },
  }
}

async function registerEcho(owner: WriteClient, storage: BlobStore): Promise<Address> {
  const program = readFileSync(new URL('echo.wasm', ECHO))
  const { entry, ...source } = JSON.parse(readFileSync(new URL('millrace.json', ECHO), 'utf8'))
  const { cid } = await storage.put(program)
  const sha256 = `0x${createHash('sha256').update(program).digest('hex')}`
  const manifest = {
    ...source,
    format: 'millrace/app/1',
    program: { cid, sha256, sizeBytes: program.length, name: entry },
  }
  return register(owner, storage, { kind: 'app', content: manifest })
}

function registerPool(owner: WriteClient, storage: BlobStore): Promise<Address> {
  const content = { format: 'millrace/pool/1', name: 'test', url: 'http://127.0.0.1:1' }
  return register(owner, storage, { kind: 'pool', content })
}

async function register(
  owner: WriteClient,
  storage: BlobStore,
  { kind, content }: { kind: 'app' | 'pool'; content: unknown },
): Promise<Address> {
  const { cid } = await storage.put(new TextEncoder().encode(canonicalJson(content)))
  const { asset, txHash } = await registerAsset(owner, {
    kind,
    ...cidToContent(cid),
    uri: '',
    ad: '',
  })
  await waitForSuccess(owner, txHash)
  return asset
}

async function openDeal(
  { appOwner, poolOwner, requester }: Record<'appOwner' | 'poolOwner' | 'requester', WriteClient>,
  {
    app,
    pool,
    cid,
    count,
    trust,
    deadlineSec,
  }: {
    app: Address
    pool: Address
    cid: string
    count: number
    trust: number
    deadlineSec: number
  },
): Promise<WorldDeal> {
  const domain = marketDomain(requester)
  const volume = BigInt(count)
  const salt = BigInt(`0x${Buffer.from(systemRandom.bytes(16)).toString('hex')}`)
  const terms = { volume, salt, expiresAt: unixSeconds(Math.floor(Date.now() / 1000) + 3600) }
  const limits = { fuel: 100_000_000n, memoryMiB: 16, diskMiB: 1, wallSec: 30 }
  const anyone = { onlyDataset: ZERO_ADDRESS, onlyPool: ZERO_ADDRESS, onlyRequester: ZERO_ADDRESS }
  const appOrder = { app, price: PRICE, ...terms, ...anyone, ...PLAIN.app }
  const poolOrder = {
    pool,
    price: PRICE,
    stake: wei(0n),
    maxOdds: 10n ** 36n,
    ...limits,
    ...terms,
    onlyApp: ZERO_ADDRESS,
    onlyDataset: ZERO_ADDRESS,
    onlyRequester: ZERO_ADDRESS,
    ...PLAIN.pool,
  }
  const { content: bag, codec: bagCodec } = cidToContent(cid)
  const request = {
    requester: requester.address,
    beneficiary: requester.address,
    callback: ZERO_ADDRESS,
    app,
    dataset: ZERO_ADDRESS,
    onlyPool: ZERO_ADDRESS,
    maxAppPrice: PRICE,
    maxDatasetPrice: wei(0n),
    maxPoolPrice: PRICE,
    minStake: wei(0n),
    minOdds: oddsOfTrust(trust),
    ...limits,
    ...terms,
    bag,
    bagCodec,
    deadlineSec: seconds(deadlineSec),
    maturitySec: seconds(0),
    ...PLAIN.request,
  }
  const signed = async <T>(client: WriteClient, kind: 'app' | 'pool' | 'request', order: T) => ({
    order,
    signature: await signOrder(client.account, kind, order as never, domain),
  })
  const txHash = await matchOrders(requester, {
    app: await signed(appOwner, 'app', appOrder),
    pool: await signed(poolOwner, 'pool', poolOrder),
    request: await signed(requester, 'request', request),
  })
  const [opened] = dealsOfReceipt(await waitForSuccess(requester, txHash))
  if (opened === undefined) throw new RangeError('no deal was opened')
  return { dealId: opened.dealId, terms: opened.terms }
}
