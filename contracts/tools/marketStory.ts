import type { Address, Hex, Hex32, Seconds, UnixSeconds, Wei } from '@millrace/base'
import { ZERO_ADDRESS } from '@millrace/base'
import {
  type AppOrder,
  type DatasetOrder,
  type DealTerms,
  type OrderByKind,
  type OrderKind,
  orderTypedData,
  PLAIN,
  type PoolOrder,
  type RequestOrder,
  WAD,
} from '@millrace/protocol'
import { keccak256, parseEventLogs, toHex } from 'viem'
import { type Actor, actorOf } from './actors.ts'
import { ABIS, type LocalMarket, SUPPLY } from './localMarket.ts'

const FAR = 4_000_000_000 as UnixSeconds
const TOKEN = 10n ** 18n

/** A market with everybody in it: owners, assets, funded and bonded accounts. */
export type Story = {
  local: LocalMarket
  appOwner: Actor
  datasetOwner: Actor
  poolOwner: Actor
  operator: Actor
  requester: Actor
  workers: Actor[]
  app: Address
  dataset: Address
  pool: Address
}

/** Sets a market up with `workerCount` bonded workers. */
export async function beginStory(local: LocalMarket, workerCount: number): Promise<Story> {
  const [appOwner, datasetOwner, poolOwner, operator, requester] = [
    'app owner',
    'dataset owner',
    'pool owner',
    'operator',
    'requester',
  ].map(actorOf) as [Actor, Actor, Actor, Actor, Actor]
  const workers = Array.from({ length: workerCount }, (_, i) => actorOf(`worker ${i}`))
  const everybody = [appOwner, datasetOwner, poolOwner, operator, requester, ...workers]
  for (const { address } of everybody) {
    await local.client.setBalance({ address, value: 10n ** 21n })
  }
  await local.write(local.deployer, 'token', 'approve', [local.contracts.escrow, SUPPLY])
  for (const { address } of everybody) {
    await local.write(local.deployer, 'escrow', 'depositFor', [address, 1_000_000n * TOKEN])
  }
  for (const worker of workers) await local.write(worker, 'standing', 'bond', [100n * TOKEN])
  const [app, dataset, pool] = [
    await register(local, appOwner, 1),
    await register(local, datasetOwner, 2),
    await register(local, poolOwner, 3),
  ]
  await local.write(poolOwner, 'registry', 'setOperator', [pool, operator.address, true])
  return {
    local,
    appOwner,
    datasetOwner,
    poolOwner,
    operator,
    requester,
    workers,
    app,
    dataset,
    pool,
  }
}

async function register(local: LocalMarket, owner: Actor, kind: number): Promise<Address> {
  const salt = keccak256(toHex(owner.name))
  const receipt = await local.write(owner, 'registry', 'register', [kind, salt, 0x55, '', '', salt])
  const [log] = parseEventLogs({
    abi: ABIS.registry,
    eventName: 'AssetRegistered',
    logs: receipt.logs,
  })
  return (log?.args.asset.toLowerCase() ?? ZERO_ADDRESS) as Address
}

export type Orders = {
  app: AppOrder
  dataset: DatasetOrder
  pool: PoolOrder
  request: RequestOrder
}

/** Four orders that match; prices of a few tenths of a token with all their digits. */
export function ordersOf(story: Story, salt: bigint, change: OrderChange = {}): Orders {
  const { app, dataset, pool, requester } = story
  const anybody = { onlyApp: ZERO_ADDRESS, onlyDataset: ZERO_ADDRESS, onlyRequester: ZERO_ADDRESS }
  const life = { expiresAt: FAR, volume: 1_000_000n, salt: saltOf(salt) }
  const { onlyDataset, onlyRequester } = anybody
  const limits = { fuel: 10n ** 12n, memoryMiB: 512, diskMiB: 256, wallSec: 600 }
  return {
    app: {
      ...life,
      app,
      price: wei(123_456_789_012_345_678n),
      onlyDataset,
      onlyPool: ZERO_ADDRESS,
      onlyRequester,
      ...PLAIN.app,
      ...change.app,
    },
    dataset: {
      ...life,
      dataset,
      price: wei(98_765_432_109_876_543n),
      onlyApp: ZERO_ADDRESS,
      onlyPool: ZERO_ADDRESS,
      onlyRequester,
      ...PLAIN.dataset,
      ...change.dataset,
    },
    pool: {
      ...life,
      ...anybody,
      ...limits,
      pool,
      price: wei(345_678_901_234_567_891n),
      stake: wei(50_505_050_505_050_505n),
      maxOdds: 10n ** 24n,
      ...PLAIN.pool,
      taskSec: 1 as Seconds,
      slots: 100_000,
      ...change.pool,
    },
    request: {
      ...life,
      ...limits,
      requester: requester.address,
      beneficiary: requester.address,
      callback: ZERO_ADDRESS,
      app,
      dataset: ZERO_ADDRESS,
      onlyPool: ZERO_ADDRESS,
      maxAppPrice: wei(TOKEN),
      maxDatasetPrice: wei(TOKEN),
      maxPoolPrice: wei(TOKEN),
      minStake: wei(0n),
      minOdds: 9n * WAD,
      bagCodec: 0x55,
      deadlineSec: 86_400 as Seconds,
      maturitySec: 0 as Seconds,
      bag: keccak256(toHex(`bag ${salt}`)) as Hex32,
      ...PLAIN.request,
      ...change.request,
    },
  }
}

export type OrderChange = { [K in OrderKind]?: Partial<OrderByKind[K]> }

/** Everybody signs; the match opens a deal for `maxVolume` tasks at most. */
export async function makeDeal(
  story: Story,
  orders: Orders,
  maxVolume: number,
  ads: { pool: Hex; request: Hex } = { pool: '0x', request: '0x' },
) {
  const { local } = story
  const hasDataset = orders.request.dataset !== ZERO_ADDRESS
  const none = { ...orders.dataset, dataset: ZERO_ADDRESS }
  const proofs = {
    appSignature: await sign(story.appOwner, 'app', orders.app, local),
    datasetSignature: hasDataset
      ? await sign(story.datasetOwner, 'dataset', orders.dataset, local)
      : '0x',
    poolSignature: await sign(story.poolOwner, 'pool', orders.pool, local),
    requestSignature: await sign(story.requester, 'request', orders.request, local),
    poolAd: ads.pool,
    requestAd: ads.request,
  }
  const receipt = await local.write(story.requester, 'market', 'matchOrders', [
    orders.app,
    hasDataset ? orders.dataset : none,
    orders.pool,
    orders.request,
    proofs,
    maxVolume,
  ])
  const [log] = parseEventLogs({ abi: ABIS.market, eventName: 'OrdersMatched', logs: receipt.logs })
  if (log === undefined) throw new Error('no OrdersMatched in the receipt')
  const { dealId, busyUntilMs, terms } = log.args
  return { receipt, dealId: dealId as Hex32, busyUntilMs, terms: lowerCase(terms) }
}

export function sign<K extends OrderKind>(
  by: Actor,
  kind: K,
  order: OrderByKind[K],
  local: LocalMarket,
): Promise<Hex> {
  const data = orderTypedData(kind, order, local.marketDomain)
  return by.account.signTypedData(data as Parameters<typeof by.account.signTypedData>[0])
}

type RawTerms = { [K in keyof DealTerms]: DealTerms[K] extends Address ? Hex : DealTerms[K] }

/** viem gives addresses with checksum capitals. */
function lowerCase(terms: object): DealTerms {
  return Object.fromEntries(
    Object.entries(terms as RawTerms).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.toLowerCase() : value,
    ]),
  ) as DealTerms
}

const wei = (value: bigint): Wei => value as Wei
const saltOf = (salt: bigint): bigint => BigInt(keccak256(toHex(salt)))
