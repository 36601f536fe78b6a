import {
  type Address,
  bytesToHex,
  canonicalJson,
  nowSec,
  seconds,
  unixSeconds,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  assetId,
  readAsset,
  readOperator,
  registerAsset,
  setOperator,
  updateAsset,
  waitForSuccess,
} from '@millrace/chain'
import {
  type ClassAd,
  NO_AD,
  oddsOfTrust,
  offerAd,
  PLAIN,
  type PoolOrder,
  parseAd,
  printAd,
  toChainAd,
} from '@millrace/protocol'
import {
  type Client,
  createOrder,
  getPool,
  listOrders,
  publishOrder,
  walletOf,
} from '@millrace/sdk'
import { cidToContent } from '@millrace/storage/client'

const COIN = 10n ** 18n
const POOL_NAME = 'local'

/** What the local pool takes per task and puts up for it. */
const PRICE = wei(COIN / 1000n)
const STAKE = wei(COIN / 1000n)
const ORDER_LIFE_SEC = 365 * 86_400
const VOLUME = 2n ** 40n

/**
 * The most one task may use here. Market holds the stake against `taskSec` and `slots`: a bag of 1,000
 * books 40 s. This pool and its buyers are mostly one person, so it answers for more than its workers
 * could do if every task took its longest; a pool that strangers buy from should say what is true.
 */
const OFFER = {
  fuel: 10n ** 13n,
  memoryMiB: 2048,
  diskMiB: 4096,
  wallSec: 3600,
  taskSec: seconds(5),
  slots: 128,
}

/**
 * The same with a promise, for a higher price: nine tasks of ten within five minutes of their turn.
 * No task may run for longer than that, so that nobody can ask for what cannot be kept.
 */
const PROMISE = {
  taskSec: seconds(300),
  slots: 2048,
  slaBps: 9000,
  wallSec: 300,
  price: wei(COIN / 800n),
}

/** One slot to lease, for tasks at most five minutes apart: a lease must keep the slots of an order busy. */
const LEASE = { ...PROMISE, slots: 1, price: wei(COIN / 500n) }

/**
 * The same without a stake, for requests whose arbiter is their own choice: results that cannot be compared go by one.
 * Dearer by next to nothing, so that whoever can have the stake gets it.
 */
const UNSTAKED = { stake: wei(0n), price: wei(PRICE + 1n) }

/** Most trust that a pool of these many workers promises: with more it could be, with less it could not. */
const MAX_TRUST = 0.9999

export type PoolSetup = {
  url: string
  earlier: Address | undefined
  operator: Address
  /** What the registry says of the pool, see {@link poolWords}. */
  words: ClassAd
}

/**
 * Id of the local pool, registered at the first start. Its owner lets the operator act for it, so
 * that the key of the service that is always on holds no money.
 */
export async function ensurePool(
  client: Client,
  { url, earlier, operator, words }: PoolSetup,
): Promise<Address> {
  const wallet = walletOf(client)
  const pool = (await findPool(client, earlier)) ?? (await registerPool(client, url, words))
  if (!(await readOperator(client.chain, { pool, who: operator }))) {
    const sent = await setOperator(wallet, { pool, operator, allowed: true })
    await waitForSuccess(wallet, sent)
  }
  return pool
}

async function findPool(client: Client, pool: Address | undefined): Promise<Address | undefined> {
  if (pool === undefined) return undefined
  const asset = await readAsset(client.chain, pool)
  return asset?.owner === walletOf(client).address ? pool : undefined
}

async function registerPool(client: Client, url: string, words: ClassAd): Promise<Address> {
  const wallet = walletOf(client)
  const description = canonicalJson({ format: 'millrace/pool/1', name: POOL_NAME, url })
  const { cid } = await client.storage.put(new TextEncoder().encode(description))
  const { content, codec } = cidToContent(cid)
  const asset = assetId({ kind: 'pool', owner: wallet.address, content })
  if ((await readAsset(client.chain, asset)) !== undefined) return asset
  const entry = { kind: 'pool', content, codec, uri: url, ad: printAd(words) } as const
  const { txHash } = await registerAsset(wallet, entry)
  await waitForSuccess(wallet, txHash)
  return asset
}

/** The registry's entry says where the pool listens now, and what it says of itself. */
export async function announcePool(
  client: Client,
  { pool, url, words }: { pool: Address; url: string; words: ClassAd },
): Promise<void> {
  const { uri, ad: known } = await getPool(client, pool)
  const ad = printAd(words)
  if (uri === url && known === ad) return
  const wallet = walletOf(client)
  await waitForSuccess(wallet, await updateAsset(wallet, { asset: pool, uri: url, ad }))
}

/** Puts the pool on sale, with and without a promise, for leases, and without a stake, unless the same offers are open already. */
export async function sellPool(client: Client, pool: Address, words: ClassAd): Promise<void> {
  const offers = await listOrders(client, { kind: 'pool', pool, open: true })
  for (const change of [{ price: PRICE }, PROMISE, LEASE, UNSTAKED]) {
    const plain = poolOrder(client, pool, change)
    const { ad, hash } = toChainAd(offerAd(plain, words))
    const order = { ...plain, ad: hash }
    const isSame = offers.some(
      ({ signed }) =>
        signed.kind === 'pool' &&
        signed.order.price === order.price &&
        signed.order.fuel === order.fuel &&
        signed.order.slaBps === order.slaBps &&
        signed.order.taskSec === order.taskSec &&
        signed.order.slots === order.slots &&
        signed.order.ad === order.ad &&
        signed.order.expiresAt > nowSec(client.clock) + ORDER_LIFE_SEC / 2,
    )
    if (isSame) continue
    const signed = await createOrder(client, 'pool', order, ad === NO_AD.ad ? undefined : ad)
    await publishOrder(client, signed)
  }
}

function poolOrder(
  client: Client,
  pool: Address,
  change: Pick<PoolOrder, 'price'> & Partial<PoolOrder>,
): PoolOrder {
  return {
    pool,
    stake: STAKE,
    maxOdds: oddsOfTrust(MAX_TRUST),
    volume: VOLUME,
    ...PLAIN.pool,
    ...OFFER,
    expiresAt: unixSeconds(nowSec(client.clock) + ORDER_LIFE_SEC),
    salt: BigInt(bytesToHex(client.random.bytes(32))),
    onlyApp: ZERO_ADDRESS,
    onlyDataset: ZERO_ADDRESS,
    onlyRequester: ZERO_ADDRESS,
    ...change,
  }
}

/**
 * What the local pool says of itself: its kind, its name, its machines, and what its operator wrote.
 * Checked against what an order can carry, so that a bad ad is told before anything starts.
 *
 * @param workers - How many workers it starts with.
 * @throws {ClassAdSyntaxError} {@link ClassAdNotOnChainError} {@link ClassAdTooLargeError}
 */
export function poolWords(workers: number, text = '[]'): ClassAd {
  const arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
  const opSys = process.platform === 'darwin' ? 'macos' : 'linux'
  const basic = parseAd(
    `[ Type = "pool"; Name = "${POOL_NAME}"; Workers = ${workers}; Arch = "${arch}"; OpSys = "${opSys}"; Gpus = 0 ]`,
  )
  const words = { attributes: new Map([...basic.attributes, ...parseAd(text).attributes]) }
  toChainAd(words)
  return words
}
