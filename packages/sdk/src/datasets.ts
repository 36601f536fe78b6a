import {
  type Address,
  bytesToHex,
  InvalidInputError,
  nowSec,
  unixSeconds,
  type Wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import { assetId, readAsset, registerAsset, waitForSuccess } from '@millrace/chain'
import { PLAIN } from '@millrace/protocol'
import { type Cid, cidToContent, contentToCid } from '@millrace/storage/client'
import { writeAd } from './classAd.ts'
import { type Client, walletOf } from './client.ts'
import { createOrder, publishOrder } from './createOrder.ts'
import { listOrders } from './queries.ts'

const ORDER_LIFE_SEC = 4 * 365 * 86_400
const ORDER_VOLUME = 2n ** 48n

export type PublishDatasetParameters = {
  name: string
  description: string
  /** Read once; programs see it as /in/dataset. */
  source: AsyncIterable<Uint8Array>
  /** Per task that is run on it. */
  price: Wei
}

export type PublishedDataset = { dataset: Address; cid: Cid; sizeBytes: number }

/**
 * Stores a data set, registers it as the client's own and puts it on sale for each task that is run
 * on it. Publishing the same again at the same price changes nothing.
 */
export async function publishDataset(
  client: Client,
  { name, description, source, price }: PublishDatasetParameters,
  options: { signal?: AbortSignal } = {},
): Promise<PublishedDataset> {
  const wallet = walletOf(client)
  const { cid, sizeBytes } = await client.storage.put(source, options)
  const { content, codec } = cidToContent(cid)
  const dataset = assetId({ kind: 'dataset', owner: wallet.address, content })
  if ((await readAsset(client.chain, dataset, options)) === undefined) {
    const ad = writeAd({ Type: 'dataset', Name: name, Description: description, Bytes: sizeBytes })
    const entry = { kind: 'dataset', content, codec, uri: `ipfs://${cid}`, ad } as const
    const { txHash } = await registerAsset(wallet, entry, options)
    await waitForSuccess(wallet, txHash, options)
  }
  await sellDataset(client, { dataset, price }, options)
  return { dataset, cid, sizeBytes }
}

/**
 * Content id of a registered data set.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when there is none of that id
 */
export async function datasetCid(
  client: Pick<Client, 'chain'>,
  dataset: Address,
  options: { signal?: AbortSignal } = {},
): Promise<Cid> {
  const asset = await readAsset(client.chain, dataset, options)
  if (asset?.kind === 'dataset') return contentToCid(asset)
  throw new InvalidInputError({
    field: 'dataset',
    value: dataset,
    expected: 'the id of a registered data set; see npx millrace dataset ls',
  })
}

/**
 * Looks before a request names a data set: whoever buys runs on one whose bytes nobody has pays for tasks
 * that can only say so.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when it is not registered, or not in storage
 */
export async function requireDataset(
  client: Pick<Client, 'chain' | 'storage'>,
  dataset: Address,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const cid = await datasetCid(client, dataset, options)
  if (await client.storage.has(cid)) return
  throw new InvalidInputError({
    field: 'dataset',
    value: dataset,
    expected: `a data set whose bytes are in storage; ${cid} is not`,
  })
}

async function sellDataset(
  client: Client,
  { dataset, price }: { dataset: Address; price: Wei },
  options: { signal?: AbortSignal },
): Promise<void> {
  const onSale = await listOrders(client, { kind: 'dataset', open: true }, options)
  const isSame = onSale.some(
    ({ signed }) =>
      signed.kind === 'dataset' && signed.order.dataset === dataset && signed.order.price === price,
  )
  if (isSame) return
  const order = await createOrder(client, 'dataset', {
    dataset,
    price,
    volume: ORDER_VOLUME,
    expiresAt: unixSeconds(nowSec(client.clock) + ORDER_LIFE_SEC),
    salt: BigInt(bytesToHex(client.random.bytes(32))),
    onlyApp: ZERO_ADDRESS,
    onlyPool: ZERO_ADDRESS,
    onlyRequester: ZERO_ADDRESS,
    ...PLAIN.dataset,
  })
  await publishOrder(client, order, options)
}
