import {
  type Address,
  type DealId,
  seconds,
  toJson,
  unixSeconds,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  ASSET_KIND,
  type AssetKind,
  bond,
  dealsOfReceipt,
  marketDomain,
  matchOrders,
  registerAsset,
  settleTrusted,
  signOrder,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import {
  type AppOrder,
  type DealTerms,
  hashTask,
  type OrderByKind,
  type OrderKind,
  PLAIN,
  type PoolOrder,
  type RequestOrder,
} from '@millrace/protocol'
import { type BlobStore, cidOf, cidToContent } from '@millrace/storage'
import type { SignedOrder } from '@millrace/wire'
import type { PreparedChain } from './localChain.ts'

/** An app, a pool and a worker on a test chain, and orders that match. Prices are 2 and 10 a task. */
export type TestMarket = {
  appOwner: WriteClient
  poolOwner: WriteClient
  requester: WriteClient
  worker: WriteClient
  app: Address
  pool: Address
  appOrder(change?: Partial<AppOrder>): AppOrder
  poolOrder(change?: Partial<PoolOrder>): PoolOrder
  requestOrder(change?: Partial<RequestOrder>): RequestOrder
  /** As it is posted; signed by the one whose order it is unless another is named. */
  sign<K extends OrderKind>(
    kind: K,
    order: OrderByKind[K],
    signer?: WriteClient,
  ): Promise<Extract<SignedOrder, { kind: K }>>
  /** Matches fresh orders into a deal of so many tasks at trust 0. */
  openDeal(volume: number): Promise<OpenDeal>
  /** Settles tasks of a deal in one batch, results put into `blobs` first when given. */
  settle(deal: OpenDeal, indexes: readonly number[], blobs?: BlobStore): Promise<SettledBatch>
}

export type OpenDeal = { terms: DealTerms; dealId: DealId; blockNumber: number }
export type SettledBatch = {
  nonce: bigint
  blockNumber: number
  cids: string[]
  locations: Uint8Array
}

/** @param nowSec - Orders live for a day from then on. */
export async function createTestMarket(
  chain: PreparedChain,
  { nowSec }: { nowSec: number },
): Promise<TestMarket> {
  const accounts = await Promise.all([1, 2, 3, 4].map(() => chain.account()))
  const [appOwner, poolOwner, requester, worker] = accounts as [
    WriteClient,
    WriteClient,
    WriteClient,
    WriteClient,
  ]
  await waitForSuccess(worker, await bond(worker, { amount: wei(10n ** 20n) }))
  const app = await register(appOwner, 'app', 'render')
  const pool = await register(poolOwner, 'pool', 'test pool')
  let unique = 0n
  let nonce = 0n
  const common = () => ({ volume: 1000n, expiresAt: unixSeconds(nowSec + 86_400), salt: ++unique })

  const market: Omit<TestMarket, 'openDeal' | 'settle'> = {
    appOwner,
    poolOwner,
    requester,
    worker,
    app,
    pool,
    appOrder: (change) => ({
      ...common(),
      app,
      price: wei(2n),
      ...ANYBODY_POOL,
      ...PLAIN.app,
      ...change,
    }),
    poolOrder: (change) => ({
      ...common(),
      ...RESOURCES,
      pool,
      price: wei(10n),
      stake: wei(3n),
      maxOdds: 10n ** 21n,
      ...ANYBODY,
      ...change,
    }),
    requestOrder: (change) => ({
      ...common(),
      ...RESOURCES,
      ...REQUEST,
      requester: requester.address,
      beneficiary: requester.address,
      app,
      bag: cidToContent(cidOf(new Uint8Array(1))).content,
      ...change,
    }),
    sign: async (
      kind,
      order,
      signer = { app: appOwner, dataset: appOwner, pool: poolOwner, request: requester }[kind],
    ) => {
      const signature = await signOrder(signer.account, kind, order, marketDomain(signer))
      return { kind, order, signature } as never
    },
  }

  const openDeal = async (volume: number): Promise<OpenDeal> => {
    const txHash = await matchOrders(requester, {
      app: await market.sign('app', market.appOrder()),
      pool: await market.sign('pool', market.poolOrder()),
      request: await market.sign('request', market.requestOrder({ volume: BigInt(volume) })),
    })
    const receipt = await waitForSuccess(requester, txHash)
    const [deal] = dealsOfReceipt(receipt)
    if (deal === undefined) throw new RangeError('no deal was opened')
    return { terms: deal.terms, dealId: deal.dealId, blockNumber: receipt.blockNumber }
  }

  const settle: TestMarket['settle'] = async ({ terms, dealId }, indexes, blobs) => {
    const archives = indexes.map((index) => new TextEncoder().encode(`result ${index}`))
    const cids = archives.map((bytes) => cidOf(bytes))
    const results = indexes.map((index, i) => ({
      taskId: hashTask(dealId, index),
      cid: cids[i],
    }))
    const locations = new TextEncoder().encode(toJson({ format: 'millrace/locations/1', results }))
    if (blobs !== undefined) await blobs.putMany([...archives, locations])
    const batch = {
      pool,
      nonce: ++nonce,
      locations: cidToContent(cidOf(locations)).content,
      parts: [
        { terms, tasks: indexes.map((index, i) => ({ index, digests: [digestOf(cids[i])] })) },
      ],
      payees: [{ worker: worker.address, slots: indexes.map((_, slot) => slot) }],
    }
    const receipt = await waitForSuccess(poolOwner, await settleTrusted(poolOwner, batch))
    return { nonce, blockNumber: receipt.blockNumber, cids, locations }
  }
  return { ...market, openDeal, settle }
}

async function register(owner: WriteClient, kind: AssetKind, name: string): Promise<Address> {
  const { content, codec } = cidToContent(cidOf(new TextEncoder().encode(`${kind} ${name}`)))
  const ad = `[ Name = "${name}"; Kind = ${ASSET_KIND[kind]} ]`
  const entry = { kind, content, codec, uri: 'http://127.0.0.1:9', ad }
  const { asset, txHash } = await registerAsset(owner, entry)
  await waitForSuccess(owner, txHash)
  return asset
}

function digestOf(cid = ''): never {
  return cidToContent(cid).content as never
}

const ANYBODY_POOL = {
  ...PLAIN.app,
  onlyDataset: ZERO_ADDRESS,
  onlyPool: ZERO_ADDRESS,
  onlyRequester: ZERO_ADDRESS,
}
const ANYBODY = {
  ...PLAIN.pool,
  taskSec: seconds(1),
  slots: 1000,
  onlyApp: ZERO_ADDRESS,
  onlyDataset: ZERO_ADDRESS,
  onlyRequester: ZERO_ADDRESS,
}
const RESOURCES = { fuel: 10n ** 9n, memoryMiB: 64, diskMiB: 16, wallSec: 60 }
const REQUEST = {
  ...PLAIN.request,
  callback: ZERO_ADDRESS,
  dataset: ZERO_ADDRESS,
  onlyPool: ZERO_ADDRESS,
  maxAppPrice: wei(2n),
  maxDatasetPrice: wei(0n),
  maxPoolPrice: wei(10n),
  minStake: wei(0n),
  minOdds: 0n,
  bagCodec: 0x55,
  deadlineSec: seconds(3600),
  maturitySec: seconds(0),
}
