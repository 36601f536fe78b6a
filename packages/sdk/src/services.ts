import {
  type Address,
  bytesToHex,
  type Hex32,
  InvalidInputError,
  nowSec,
  type Seconds,
  unixSeconds,
  type Wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  deliverService,
  offerService,
  readEvents,
  readServiceOfferId,
  waitForSuccess,
} from '@millrace/chain'
import type { ServiceOffer } from '@millrace/protocol'
import { cidToContent, contentToCid } from '@millrace/storage/client'
import { type Client, walletOf } from './client.ts'

export type OfferWorkParameters = {
  /** What is to be done, for the buyer and the arbiter to read. */
  description: Uint8Array
  price: Wei
  stake: Wei
  /** What a ruling pays to the arbiter; locked by both sides. */
  fee: Wei
  arbiter: Address
  /** Who may buy; anybody unless given. */
  buyer?: Address
  acceptSec: Seconds
  /** Time for the work, for its review, for an appeal of a refusal, and for the ruling. */
  windows: Pick<ServiceOffer, 'deliverSec' | 'reviewSec' | 'appealSec' | 'rulingSec'>
  maturitySec: Seconds
}

type Options = { signal?: AbortSignal }

const MAX_BYTES = 256 * 1024 * 1024
const CODECS = [0x55, 0x70]

/** Stores the description of a piece of work and offers to do it. */
export async function offerWork(
  client: Client,
  { description, windows, acceptSec, buyer = ZERO_ADDRESS, ...money }: OfferWorkParameters,
  options: Options = {},
): Promise<{ offerId: Hex32; terms: ServiceOffer }> {
  const wallet = walletOf(client)
  const { cid } = await client.storage.put(description, options)
  const name = {
    provider: wallet.address,
    nonce: BigInt(bytesToHex(client.random.bytes(32))),
  }
  const terms: ServiceOffer = {
    ...name,
    ...money,
    ...windows,
    buyer,
    task: cidToContent(cid).content,
    acceptUntil: unixSeconds(nowSec(client.clock) + acceptSec),
  }
  const sent = await offerService(wallet, { terms, uri: `ipfs://${cid}` }, options)
  await waitForSuccess(wallet, sent, options)
  return { offerId: await readServiceOfferId(client.chain, name, options), terms }
}

/** Stores the work and binds the provider to it. @throws {TooLateError} `TOO_LATE` */
export async function deliverWork(
  client: Client,
  { terms, work }: { terms: ServiceOffer; work: Uint8Array | AsyncIterable<Uint8Array> },
  options: Options = {},
): Promise<void> {
  const wallet = walletOf(client)
  const { cid } = await client.storage.put(work, options)
  const { content } = cidToContent(cid)
  await waitForSuccess(wallet, await deliverService(wallet, { terms, content }, options), options)
}

/**
 * The work that the provider is bound to, checked against its hash on chain.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when nothing was delivered
 * @throws {BlobNotFoundError} `BLOB_NOT_FOUND` when the bytes are not there: a reason to refuse
 */
export async function fetchWork(
  client: Client,
  offerId: Hex32,
  options: Options = {},
): Promise<Uint8Array> {
  const delivered = { contract: 'services', name: 'ServiceDelivered', fromBlock: 0 } as const
  const [event] = await readEvents(client.chain, { ...delivered, where: { offerId } }, options)
  if (event === undefined)
    throw new InvalidInputError({
      field: 'offerId',
      value: offerId,
      expected: 'a service that was delivered',
    })
  return fetchContent(client, event.args.content, options)
}

/** What a service offer says is to be done. @throws {BlobNotFoundError} `BLOB_NOT_FOUND` */
export function fetchTask(
  client: Client,
  { task }: Pick<ServiceOffer, 'task'>,
  options: Options = {},
): Promise<Uint8Array> {
  return fetchContent(client, task, options)
}

/** A hash on chain does not say whether it is that of a block or of a node above blocks. */
async function fetchContent({ storage }: Client, content: Hex32, options: Options) {
  const [block, node] = CODECS.map((codec) => contentToCid({ content, codec })) as [string, string]
  const cid = (await storage.has(block)) ? block : node
  return storage.getBytes(cid, { maxBytes: MAX_BYTES, ...options })
}
